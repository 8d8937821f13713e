#include <check.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "events/events.h"
#include "support/run_suite.h"

/** Connections as text: what is put of them is remembered by their ports. */
static const struct {
	const char *client;
	unsigned client_port;
	const char *server;
	unsigned server_port;
	uint32_t number;
} connections[] = {
    {"10.0.0.1", 1000, "10.0.0.2", 80, 1},
    {"10.0.0.1", 80, "10.0.0.2", 1000, 2}, /* of the same place in memory */
    {"10.0.0.3", 1000, "10.0.0.2", 80, 3},
    {"10.0.0.1", 1000, "10.0.0.4", 80, 4},
    {"10.0.0.1", 1000, "10.0.0.2", 80, 5}, /* the ports come again */
    {"255.255.255.255", 65535, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535,
     UINT32_MAX},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535,
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", 65535, UINT32_MAX},
};
#define CONNECTIONS (sizeof(connections) / sizeof(connections[0]))

static struct http_exchange exchange_of(size_t i)
{
	struct http_exchange x = {.connection = connections[i].number,
				  .host = {"www.example.test", 16},
				  .status = 200};

	ck_assert(endpoint_parse(connections[i].client, &x.client));
	ck_assert(endpoint_parse(connections[i].server, &x.server));
	x.client.port = (uint16_t)connections[i].client_port;
	x.server.port = (uint16_t)connections[i].server_port;
	return x;
}

/* Each connection twice in turn, and twice in a row. */
static size_t connection_of_line(size_t line)
{
	return line < 2 * CONNECTIONS ? line % CONNECTIONS : line / 2 - CONNECTIONS;
}

/* As many lines as asked for. @return a file of them */
static FILE *write_lines(enum events_format format, bool alone, size_t lines)
{
	FILE *f = tmpfile();
	struct errbuf eb = {""};
	struct events *e;
	struct events_writer *w;
	struct http_sink sink;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(events_new(&e, dup(fileno(f)), "test", format, 0, &eb), SL_OK);
	w = events_writer_new(e, alone);
	ck_assert_ptr_nonnull(w);
	sink = events_writer_sink(w);
	for (size_t i = 0; i < lines; i++) {
		size_t which = connection_of_line(i % (4 * CONNECTIONS));
		struct http_exchange x = exchange_of(which);

		x.response_bytes = which;
		sink.done(sink.ctx, &x);
	}
	events_writer_free(w);
	ck_assert_int_eq(events_close(e, &eb), SL_OK);
	rewind(f);
	return f;
}

static FILE *write_all(enum events_format format)
{
	return write_lines(format, true, 4 * CONNECTIONS);
}

/* @return bytes of both files, which are the same */
static size_t compare(FILE *a, FILE *b)
{
	size_t bytes = 0;
	int c;

	do {
		c = getc(a);
		ck_assert_int_eq(c, getc(b));
		bytes++;
	} while (c != EOF);
	return bytes;
}

/** Pieces of a size that suits the page cache end within lines; they are the bytes of
 *  whole lines all the same, the header of Zeek's columns before them. */
START_TEST(pieces_are_the_same_bytes)
{
	static const size_t lines[] = {0, 1, 700, 5000};
	enum events_format format = _i ? EVENTS_ZEEK : EVENTS_ECS;
	size_t bytes = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		FILE *pieces = write_lines(format, true, lines[i]);
		FILE *whole = write_lines(format, false, lines[i]);

		bytes = compare(pieces, whole);
		(void)fclose(pieces);
		(void)fclose(whole);
	}
	ck_assert_uint_gt(bytes, (size_t)512 * 1024); /* several pieces */
}
END_TEST

START_TEST(ecs_names_the_connection)
{
	FILE *f = write_all(EVENTS_ECS);
	char line[4096];
	size_t lines = 0;

	for (; fgets(line, sizeof(line), f); lines++) {
		const char *client, *server;
		json_int_t which, number;
		int client_port, server_port;
		json_t *o = json_loads(line, 0, NULL);

		ck_assert_int_eq(
		    json_unpack(o, "{s:I,s:I,s:s,s:i,s:s,s:i}", "http.response.bytes",
				&which, "statline.connection", &number, "source.ip",
				&client, "source.port", &client_port, "destination.ip",
				&server, "destination.port", &server_port),
		    0);
		ck_assert_str_eq(client, connections[which].client);
		ck_assert_int_eq(client_port, (int)connections[which].client_port);
		ck_assert_str_eq(server, connections[which].server);
		ck_assert_int_eq(server_port, (int)connections[which].server_port);
		ck_assert_int_eq(number, connections[which].number);
		json_decref(o);
	}
	ck_assert_uint_eq(lines, 4 * CONNECTIONS);
	(void)fclose(f);
}
END_TEST

/* Columns 2 to 6: uid, id.orig_h, id.orig_p, id.resp_h, id.resp_p. */
START_TEST(zeek_names_the_connection)
{
	const size_t uid_len = 18;
	FILE *f = write_all(EVENTS_ZEEK);
	char line[4096], uids[CONNECTIONS][20] = {{0}};
	size_t lines = 0;

	while (fgets(line, sizeof(line), f)) {
		size_t which = connection_of_line(lines);
		const char *tab = strchr(line, '\t');
		char want[128];
		const char *uid;

		if (line[0] == '#')
			continue;
		lines++;
		ck_assert_ptr_nonnull(tab);
		uid = tab + 1;
		(void)snprintf(
		    want, sizeof(want), "\t%s\t%u\t%s\t%u\t", connections[which].client,
		    connections[which].client_port, connections[which].server,
		    connections[which].server_port);
		ck_assert_int_eq(strncmp(uid + uid_len, want, strlen(want)), 0);
		/* One a connection, and of no other. */
		if (!uids[which][0])
			memcpy(uids[which], uid, uid_len);
		for (size_t i = 0; i < CONNECTIONS; i++)
			ck_assert_int_eq(memcmp(uids[i], uid, uid_len) == 0,
					 i == which);
	}
	ck_assert_uint_eq(lines, 4 * CONNECTIONS);
	(void)fclose(f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("events");
	TCase *t = tcase_create("connections");

	tcase_add_test(t, ecs_names_the_connection);
	tcase_add_test(t, zeek_names_the_connection);
	tcase_add_loop_test(t, pieces_are_the_same_bytes, 0, 2);
	suite_add_tcase(s, t);
	return run_suite(s);
}
