EXTRA_DIST += \
	scripts/make-pcaps \
	scripts/pcapkit/__init__.py \
	scripts/pcapkit/capfile.py \
	scripts/pcapkit/case.py \
	scripts/pcapkit/cases_files.py \
	scripts/pcapkit/cases_http.py \
	scripts/pcapkit/cases_layers.py \
	scripts/pcapkit/cases_tcp.py \
	scripts/pcapkit/conversation.py \
	scripts/pcapkit/packet.py
