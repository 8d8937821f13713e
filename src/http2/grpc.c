#include "http2/grpc.h"

#include "http/fields.h"

bool grpc_content_type(struct text type)
{
	static const char name[] = "application/grpc";
	const size_t len = sizeof(name) - 1;

	if (type.len < len || !text_is((struct text){type.at, len}, name, len))
		return false;
	if (type.len == len)
		return true;
	return type.at[len] == '+' || type.at[len] == ';' || type.at[len] == ' ';
}

bool grpc_status_read(struct text value, uint32_t *status)
{
	uint32_t n = 0;

	if (value.len == 0 || value.len > 5)
		return false;
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return false;
		n = n * 10 + (uint32_t)(value.at[i] - '0');
	}
	*status = n;
	return true;
}
