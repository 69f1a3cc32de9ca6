#include "tests/farm/cameras/farm.h"

#include <arpa/inet.h>
#include <string.h>

#define NTP_FROM_UNIX_S 2208988800u
#define DATAGRAMS_AT_ONCE 64

static void send_datagrams(FarmClient *client, FarmClip *clip, const FarmPicture *picture) {
  struct mmsghdr messages[DATAGRAMS_AT_ONCE];
  struct iovec parts[DATAGRAMS_AT_ONCE];
  for (guint32 i = 0; i < picture->n_packets;) {
    guint n = 0;
    for (; n < DATAGRAMS_AT_ONCE && i < picture->n_packets; n++, i++) {
      const FarmPacket *packet = &g_array_index(clip->packets, FarmPacket, picture->first_packet + i);
      parts[n].iov_base = clip->blob->data + packet->offset + FARM_INTERLEAVE_BYTES;
      parts[n].iov_len = packet->bytes - FARM_INTERLEAVE_BYTES;
      messages[n] = (struct mmsghdr){.msg_hdr = {.msg_name = &client->rtp_to,
                                                 .msg_namelen = sizeof client->rtp_to,
                                                 .msg_iov = &parts[n],
                                                 .msg_iovlen = 1}};
    }
    (void)sendmmsg(client->farm->rtp_fd, messages, n,
                   MSG_DONTWAIT); /* what does not go out is lost, as on a net */
  }
}

static void send_packets(FarmClient *client, FarmClip *clip, const FarmPicture *picture) {
  const guint one_in = client->camera ? client->camera->lose_one_in : 0;
  const guint16 first_sequence = (guint16)(client->sequence - picture->n_packets);
  for (guint32 i = 0; i < picture->n_packets; i++) {
    const FarmPacket *packet = &g_array_index(clip->packets, FarmPacket, picture->first_packet + i);
    if (one_in && (first_sequence + i) % one_in == 0)
      client->camera->counts.lost++;
    else
      farm_client_send(client, clip->blob->data + packet->offset, packet->bytes);
  }
}

void farm_send_picture(FarmClient *client, FarmClip *clip, const FarmPicture *picture, guint32 rtp_time) {
  guint32 time = htonl(client->time_base + rtp_time), ssrc = htonl(client->ssrc);
  for (guint32 i = 0; i < picture->n_packets; i++) {
    const FarmPacket *packet = &g_array_index(clip->packets, FarmPacket, picture->first_packet + i);
    guint8 *head = clip->blob->data + packet->offset;
    guint16 sequence = htons(client->sequence++);
    head[1] = client->channel;
    memcpy(head + 6, &sequence, 2);
    memcpy(head + 8, &time, 4);
    memcpy(head + 12, &ssrc, 4);
  }
  client->packets += picture->n_packets;
  client->octets += picture->bytes - picture->n_packets * (FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES);
  if (client->udp)
    send_datagrams(client, clip, picture);
  else if (client->farm->options.one_send_per_packet || (client->camera && client->camera->lose_one_in))
    send_packets(client, clip, picture);
  else
    farm_client_send(client, clip->blob->data + picture->offset, picture->bytes);
}

void farm_send_nal(FarmClient *client, const guint8 *nal, gsize bytes, guint32 rtp_time) {
  guint8 packet[FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES + FARM_RTP_PAYLOAD_BYTES];
  const gsize rtp_bytes = FARM_RTP_HEADER_BYTES + bytes;
  const guint16 length = htons((guint16)rtp_bytes), sequence = htons(client->sequence++);
  const guint32 time = htonl(client->time_base + rtp_time), ssrc = htonl(client->ssrc);
  packet[0] = '$';
  packet[1] = client->channel;
  memcpy(packet + 2, &length, 2);
  packet[4] = 0x80;
  packet[5] = 96;
  memcpy(packet + 6, &sequence, 2);
  memcpy(packet + 8, &time, 4);
  memcpy(packet + 12, &ssrc, 4);
  memcpy(packet + FARM_INTERLEAVE_BYTES + FARM_RTP_HEADER_BYTES, nal, bytes);
  client->packets++;
  client->octets += bytes;
  if (!client->udp)
    farm_client_send(client, packet, FARM_INTERLEAVE_BYTES + rtp_bytes);
  else
    (void)sendto(client->farm->rtp_fd, packet + FARM_INTERLEAVE_BYTES, rtp_bytes, MSG_DONTWAIT,
                 (struct sockaddr *)&client->rtp_to, sizeof client->rtp_to);
}

/* RTCP (RFC 3550): a sender report and the one source description item that must go with it. */
void farm_send_report(FarmClient *client, guint32 rtp_time, GwUsec at_us) {
  guint32 words[] = {htonl(0x80c80006),
                     htonl(client->ssrc),
                     htonl((guint32)(at_us / GW_SEC + NTP_FROM_UNIX_S)),
                     htonl((guint32)(((guint64)(at_us % GW_SEC) << 32) / GW_SEC)),
                     htonl(client->time_base + rtp_time),
                     htonl(client->packets),
                     htonl(client->octets),
                     htonl(0x81ca0003),
                     htonl(client->ssrc)};
  static const guint8 name[8] = {1, 4, 'f', 'a', 'r', 'm', 0, 0};
  guint8 packet[FARM_INTERLEAVE_BYTES + sizeof words + sizeof name] = {'$', client->channel + 1, 0,
                                                                       sizeof words + sizeof name};
  memcpy(packet + FARM_INTERLEAVE_BYTES, words, sizeof words);
  memcpy(packet + FARM_INTERLEAVE_BYTES + sizeof words, name, sizeof name);
  if (!client->udp)
    farm_client_send(client, packet, sizeof packet);
  else
    (void)sendto(client->farm->rtcp_fd, packet + FARM_INTERLEAVE_BYTES, sizeof packet - FARM_INTERLEAVE_BYTES,
                 MSG_DONTWAIT, (struct sockaddr *)&client->rtcp_to, sizeof client->rtcp_to);
}
