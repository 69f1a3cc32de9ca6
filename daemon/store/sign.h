#pragma once
#include "daemon/store/journal.h"

/* The signed head: once a day the end of the chain is signed with an Ed25519 key that lives outside the
 * database.  A chain alone proves nothing against who can write the file; a signature that was printed on the
 * shift log does.  It is an ordinary journal row of kind "journal.signed", subject "journal", whose body is
 *   {"hash", "public_key", "seq", "signature"}   (hex; seq and hash: the row right before it)
 * and whose signature is over the text "gridwarden.head.1 <seq> <hash>".
 *
 * Thread: any, after loading.  Errors: GW_CODE_STORAGE for the key file. */
typedef struct GwSigner GwSigner;
GwSigner *gw_signer_load(const char *path, gboolean make, GError **error); /* a file as in secret.h */
void gw_signer_free(GwSigner *signer); /* wipes; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwSigner, gw_signer_free)
char *gw_signer_public_hex(const GwSigner *signer); /* caller frees */

#define GW_SIGNED_KIND "journal.signed"

/* The body of the next row; `head` must be the head that it is appended to.  Yours. */
json_t *gw_journal_sign_head(const GwSigner *signer, const GwJournalHead *head);
/* Whether such a body is signed rightly over this head; with `public_hex` also: by that key. */
gboolean gw_journal_signature_holds(json_t *body, const GwJournalHead *head, const char *public_hex);
