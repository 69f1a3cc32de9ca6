#pragma once
/* What schema/ holds, carried inside the programs.  Both arrays end with a zero row; texts are
 * NUL-terminated and live as long as the program. */
typedef struct GwEmbeddedMigration {
  int version;      /* 1, 2, 3 … without gaps; equals PRAGMA user_version after it ran */
  const char *name; /* "001_center" */
  const char *sql;
} GwEmbeddedMigration;

typedef struct GwEmbeddedWire {
  const char *name; /* "commands", "objects" */
  const char *json;
} GwEmbeddedWire;

extern const GwEmbeddedMigration gw_migrations[];
extern const GwEmbeddedWire gw_wire_schemas[];
