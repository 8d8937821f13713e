# Captures, their notes and expected.json, by scripts/make-pcaps; the real ones
# with their access logs, by scripts/make-real-pcaps.
EXTRA_DIST += pcaps
