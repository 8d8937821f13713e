EXTRA_DIST += \
	scripts/check \
	scripts/empty-loop.c \
	scripts/lib.sh \
	scripts/make-load \
	scripts/make-pcaps \
	scripts/make-real-pcaps \
	scripts/measure \
	scripts/pcapkit/__init__.py \
	scripts/pcapkit/capfile.py \
	scripts/pcapkit/case.py \
	scripts/pcapkit/cases_files.py \
	scripts/pcapkit/cases_http.py \
	scripts/pcapkit/cases_layers.py \
	scripts/pcapkit/cases_tcp.py \
	scripts/pcapkit/conversation.py \
	scripts/pcapkit/packet.py \
	scripts/pcapkit/reader.py \
	scripts/pcapkit/servers.py \
	scripts/quickstart \
	scripts/run-measured.c
