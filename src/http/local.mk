src_libstatline_a_SOURCES += \
	src/http/catalogue.h src/http/exchange.h src/http/http.h
