# Installed as examples: what a nightly job needs.
examplesdir = $(docdir)/examples
dist_examples_SCRIPTS = examples/statline-nightly
dist_examples_DATA = examples/nightly.conf examples/statline-nightly.timer \
	examples/statline-ring.service examples/statline.logrotate
nodist_examples_DATA = examples/statline.cron examples/statline-nightly.service
EXTRA_DIST += examples/statline.cron.in examples/statline-nightly.service.in
CLEANFILES += $(nodist_examples_DATA)

fill_in = $(AM_V_GEN)$(MKDIR_P) examples && sed -e 's|@examplesdir[@]|$(examplesdir)|g' \
	-e 's|@bindir[@]|$(bindir)|g'
examples/statline.cron: $(top_srcdir)/examples/statline.cron.in Makefile
	$(fill_in) $(top_srcdir)/examples/statline.cron.in >$@
examples/statline-nightly.service: $(top_srcdir)/examples/statline-nightly.service.in Makefile
	$(fill_in) $(top_srcdir)/examples/statline-nightly.service.in >$@
