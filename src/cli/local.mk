src_libstatline_a_SOURCES +=
