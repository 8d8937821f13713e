# Unit tests are Check programs that print TAP; the others are scripts that do.
# Each folder's local.mk adds its own to UNIT_TESTS or SCRIPT_TESTS.
UNIT_TESTS =
SCRIPT_TESTS =

include tests/unit/base/local.mk
include tests/unit/capture/local.mk
include tests/unit/decode/local.mk
include tests/unit/tcp/local.mk
include tests/unit/http/local.mk
include tests/unit/http2/local.mk
include tests/unit/events/local.mk
include tests/unit/tally/local.mk
include tests/unit/report/local.mk
include tests/unit/store/local.mk
include tests/unit/ui/local.mk
include tests/unit/cli/local.mk
include tests/oracle/local.mk
include tests/attacks/local.mk
include tests/cli/local.mk
include tests/fault/local.mk
include tests/live/local.mk
include tests/speed/local.mk

LDADD = tests/support/libsupport.a $(STATLINE_LIBS) $(CHECK_LIBS)
AM_CPPFLAGS += -I$(top_srcdir)/tests
AM_CFLAGS += $(CHECK_CFLAGS)

if HAVE_CHECK
include tests/support/local.mk
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
include tests/fuzz/local.mk

TESTS += $(SCRIPT_TESTS)
dist_check_SCRIPTS += $(SCRIPT_TESTS)

TEST_EXTENSIONS = .py .sh
# The timeout is for what hangs, and never for what is slow: sanitizers, a busy machine.
AM_TESTS_ENVIRONMENT = \
	STATLINE='$(abs_top_builddir)/statline'; export STATLINE; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	TZ=UTC; export TZ; LC_ALL=C.UTF-8; export LC_ALL; \
	CK_DEFAULT_TIMEOUT=600; export CK_DEFAULT_TIMEOUT;
TAP_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(TAP_DRIVER)
PY_LOG_DRIVER = $(TAP_DRIVER)
PY_LOG_COMPILER = $(PYTHON3)
SH_LOG_DRIVER = $(TAP_DRIVER)
SH_LOG_COMPILER = $(SHELL)
