#include "tests/farm/test/facts.h"
#include "tests/farm/cameras/digest.h"

/* The examples that the standards print. */
static void rfc2617_example_has_the_printed_response(void **state) {
  g_autofree char *r = farm_digest_response(G_CHECKSUM_MD5, "Mufasa", "testrealm@host.com", "Circle Of Life",
                                            "GET", "/dir/index.html", "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                                            "00000001", "0a4f113b", "auth");
  assert_string_equal(r, "6629fae49393a05397450978507c4ef1");
}

static void rfc7616_example_has_the_printed_response(void **state) {
  g_autofree char *r =
      farm_digest_response(G_CHECKSUM_SHA256, "Mufasa", "http-auth@example.org", "Circle of Life", "GET",
                           "/dir/index.html", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
                           "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth");
  assert_string_equal(r, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

static char *signed_with(const char *password, const char *nonce) {
  g_autofree char *r = farm_digest_response(G_CHECKSUM_MD5, "admin", "gwfarm", password, "DESCRIBE",
                                            "rtsp://h/cam/1", nonce, NULL, NULL, NULL);
  return g_strdup_printf(
      "Digest username=\"admin\", realm=\"gwfarm\", nonce=\"%s\", uri=\"rtsp://h/cam/1\", response=\"%s\"",
      nonce, r);
}

static FarmVerdict judge(FarmAuth auth, const char *authorization) {
  return farm_auth_check(auth, authorization, "DESCRIBE", "gwfarm", "n1", "admin", "secret");
}

static void right_wrong_and_stale_are_told_apart(void **state) {
  g_autofree char *right = signed_with("secret", "n1"), *wrong = signed_with("guess", "n1"),
                  *stale = signed_with("secret", "n0");
  assert_int_equal(judge(FARM_AUTH_DIGEST, right), FARM_VERDICT_RIGHT);
  assert_int_equal(judge(FARM_AUTH_DIGEST, wrong), FARM_VERDICT_WRONG);
  assert_int_equal(judge(FARM_AUTH_DIGEST, stale), FARM_VERDICT_STALE);
}

static void basic_takes_the_pair_and_nothing_else(void **state) {
  assert_int_equal(judge(FARM_AUTH_BASIC, "Basic YWRtaW46c2VjcmV0"), FARM_VERDICT_RIGHT);
  assert_int_equal(judge(FARM_AUTH_BASIC, "Basic YWRtaW46Z3Vlc3M="), FARM_VERDICT_WRONG);
  g_autofree char *digest = signed_with("secret", "n1");
  assert_int_equal(judge(FARM_AUTH_BASIC, digest), FARM_VERDICT_WRONG);
}

static void junk_is_never_right(void **state) {
  const char *junk[] = {"",
                        "Digest ",
                        "Digest nonce",
                        "Digest nonce=\"n1",
                        "Digest nonce=\"n1\", response=\"\"",
                        "Digest =,=,=\"",
                        "Bearer n1",
                        "Digest nonce=\"n1\", username=\"admin\", qop=auth, response=\"6629\""};
  for (guint i = 0; i < G_N_ELEMENTS(junk); i++)
    for (FarmAuth auth = FARM_AUTH_DIGEST; auth <= FARM_AUTH_BASIC; auth++)
      assert_int_not_equal(judge(auth, junk[i]), FARM_VERDICT_RIGHT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rfc2617_example_has_the_printed_response),
      cmocka_unit_test(rfc7616_example_has_the_printed_response),
      cmocka_unit_test(right_wrong_and_stale_are_told_apart),
      cmocka_unit_test(basic_takes_the_pair_and_nothing_else),
      cmocka_unit_test(junk_is_never_right),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
