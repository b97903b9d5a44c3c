/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every limit that both ends of the wire agree on, with its unit and its reason. What only the
 * server or only the client bounds stands in that part's own header. */

#pragma once

/* Version of the protocol, the number exchanged in hello. */
#define HW_PROTOCOL_VERSION 1

/* TCP and UDP port where a place is expected. */
#define HW_DEFAULT_PORT 55667

/* Bytes of a line from a client, its LF included: a text of HW_TEXT_MAX bytes fits with every byte
 * escaped to six. */
#define HW_LINE_MAX 65536

/* Bytes of a line from the server, its LF included. Pages are cut to fit. */
#define HW_SERVER_LINE_MAX (1024 * 1024)

/* Levels of nested JSON, the outermost object being 1. Bounds recursion in every reader. */
#define HW_JSON_DEPTH_MAX 8

/* Largest integer that every JSON reader keeps exactly: 2^53 - 1. */
#define HW_INT_MAX G_GINT64_CONSTANT (9007199254740991)

/* Code points after NFC. */
#define HW_USER_NAME_MAX 32
#define HW_ROOM_NAME_MAX 48
#define HW_TOPIC_MAX     200
#define HW_KEY_MAX       64

/* Bytes of a message's text. */
#define HW_TEXT_MAX 8192

/* Bytes of a password: as many as the hash takes. */
#define HW_PASSWORD_MAX 511

/* Entries of a page: for members (history, join) and for admins (log-read). */
#define HW_PAGE_MAX       200
#define HW_PAGE_DEFAULT   50
#define HW_ADMIN_PAGE_MAX 1000

/* Members named in the reply to join; the rest follow through members. */
#define HW_JOIN_MEMBERS_MAX 1000

/* Members above which a room's coming and going is counted and no longer logged. */
#define HW_LARGE_ROOM 200

/* What either side may say in hello that it knows beyond the first version. Offers of files. */
#define HW_FEATURE_OFFERS "offers"
/* Whispers that arrived are confirmed by the client, and kept by the server until then. */
#define HW_FEATURE_RECEIPTS "receipts"
/* A server that lets admins ask HW_ADMIN_PACE times as much as its rate: they read long logs. */
#define HW_FEATURE_ADMIN_PACE "admin-pace"
#define HW_ADMIN_PACE         10

/* Code points of the name of a file that is offered, and characters of its media type. */
#define HW_FILE_NAME_MAX 128
#define HW_FILE_TYPE_MAX 100

/* Files that one person may have on offer at the same time. */
#define HW_OFFERS_MAX 16

/* Seconds, unless the server's options say otherwise. */
#define HW_PING_DEFAULT  10
#define HW_DEAD_DEFAULT  30
#define HW_IDLE_DEFAULT  120
#define HW_GRACE_DEFAULT 15

/* Seconds between two typing events of one person. */
#define HW_TYPING_INTERVAL 3
