#include "store/schema.h"

/* Times are ns since 1970 in UTC; codes are the three digits as a number. Rows of
 * counts lie by host, so that a host's nights are read in one piece. */
static const char schema_1[] =
    "CREATE TABLE runs ("
    " id INTEGER PRIMARY KEY, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL,"
    " month INTEGER NOT NULL, generated_ns INTEGER NOT NULL, version TEXT NOT NULL,"
    " nights INTEGER NOT NULL, packets INTEGER NOT NULL, bytes INTEGER NOT NULL,"
    " requests INTEGER NOT NULL, responses INTEGER NOT NULL,"
    " c1 INTEGER NOT NULL, c2 INTEGER NOT NULL, c3 INTEGER NOT NULL,"
    " c4 INTEGER NOT NULL, c5 INTEGER NOT NULL, other INTEGER NOT NULL,"
    " no_response INTEGER NOT NULL, hosts INTEGER NOT NULL,"
    " partial INTEGER NOT NULL, coverage TEXT NOT NULL);"
    "CREATE INDEX runs_time ON runs(from_ns);"
    "CREATE TABLE sources ("
    " run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,"
    " id TEXT NOT NULL, name TEXT NOT NULL, packets INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL);"
    "CREATE INDEX sources_id ON sources(id);"
    "CREATE INDEX sources_run ON sources(run);"
    "CREATE TABLE hosts ("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL, source INTEGER NOT NULL,"
    " UNIQUE(name, source));"
    "CREATE TABLE host_runs ("
    " host INTEGER NOT NULL REFERENCES hosts(id),"
    " run INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,"
    " requests INTEGER NOT NULL, responses INTEGER NOT NULL,"
    " exchanges INTEGER NOT NULL, closed INTEGER NOT NULL, reset INTEGER NOT NULL,"
    " timeout INTEGER NOT NULL, unseen INTEGER NOT NULL, pending INTEGER NOT NULL,"
    " request_bytes INTEGER NOT NULL, response_bytes INTEGER NOT NULL,"
    " body_bytes INTEGER NOT NULL, first_ns INTEGER, last_ns INTEGER, latency BLOB,"
    " PRIMARY KEY(host, run)) WITHOUT ROWID;"
    "CREATE INDEX host_runs_run ON host_runs(run);"
    "CREATE TABLE counts ("
    " host INTEGER NOT NULL, run INTEGER NOT NULL, code INTEGER NOT NULL,"
    " bucket_ns INTEGER NOT NULL, count INTEGER NOT NULL,"
    " PRIMARY KEY(host, run, code, bucket_ns),"
    " FOREIGN KEY(host, run) REFERENCES host_runs(host, run) ON DELETE CASCADE"
    ") WITHOUT ROWID;";

/* Evidence came later. */
static const char schema_2[] =
    "CREATE TABLE evidence ("
    " host INTEGER NOT NULL, run INTEGER NOT NULL, code INTEGER NOT NULL,"
    " json TEXT NOT NULL, PRIMARY KEY(host, run, code),"
    " FOREIGN KEY(host, run) REFERENCES host_runs(host, run) ON DELETE CASCADE"
    ") WITHOUT ROWID;";

/* Counts came by the hour. Until then a night was one bucket at its beginning, as a
 * month still is. */
static const char schema_3[] =
    "ALTER TABLE runs ADD COLUMN bucket_seconds INTEGER NOT NULL DEFAULT 0;";

static const char *const steps[SCHEMA_VERSION] = {schema_1, schema_2, schema_3};

enum sl_err schema_look(struct store *s, bool *empty)
{
	int64_t application = store_number(s, "PRAGMA application_id");
	int64_t version = store_number(s, "PRAGMA user_version");
	int64_t tables = store_number(s, "SELECT count(*) FROM sqlite_schema");

	*empty = tables == 0 && application == 0;
	if (s->error || *empty)
		return s->error;
	if (application != SCHEMA_APPLICATION)
		s->error = errbuf_set(
		    s->eb, SL_E_FORMAT,
		    "%s: is no history of statline: choose another file", s->path);
	else if (version > SCHEMA_VERSION)
		s->error =
		    errbuf_set(s->eb, SL_E_FORMAT,
			       "%s: was written by a later statline (schema %lld, "
			       "this one knows %d): use that one",
			       s->path, (long long)version, SCHEMA_VERSION);
	return s->error;
}

enum sl_err schema_migrate(struct store *s)
{
	int64_t version = store_number(s, "PRAGMA user_version");
	char pragma[96];

	if (version == SCHEMA_VERSION)
		return s->error;
	for (int64_t i = version; i >= 0 && i < SCHEMA_VERSION; i++)
		(void)store_exec(s, steps[i]);
	(void)snprintf(pragma, sizeof(pragma),
		       "PRAGMA application_id = %d; PRAGMA user_version = %d",
		       SCHEMA_APPLICATION, SCHEMA_VERSION);
	return store_exec(s, pragma);
}
