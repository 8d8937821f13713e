#include "capture/timestamp.h"

#include "base/limits.h"

__extension__ typedef unsigned __int128 uint128;

/** Powers of ten above this do not fit in 64 bits. */
#define MAX_POWER_OF_TEN 19U
/** log10 of the nanoseconds of a second. */
#define NS_DIGITS 9U

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

static int64_t clamp(int64_t ns)
{
	if (ns > TIMESTAMP_MAX)
		return TIMESTAMP_MAX;
	return ns < -TIMESTAMP_MAX ? -TIMESTAMP_MAX : ns;
}

struct timestamp_unit timestamp_unit_make(uint8_t resolution, int64_t offset_s)
{
	struct timestamp_unit unit = {.multiply = 1, .divide = 1};
	unsigned exponent = resolution & 0x7fU;

	if (resolution & 0x80U) {
		unit.multiply = NS_PER_S;
		unit.shift = (uint8_t)exponent;
	} else if (exponent <= NS_DIGITS) {
		unit.multiply = power_of_ten(NS_DIGITS - exponent);
	} else if (exponent - NS_DIGITS <= MAX_POWER_OF_TEN) {
		unit.divide = power_of_ten(exponent - NS_DIGITS);
	} else {
		unit.multiply = 0; /* 2^64 such ticks are less than a nanosecond */
	}
	if (offset_s > TIMESTAMP_MAX / NS_PER_S)
		unit.offset_ns = TIMESTAMP_MAX;
	else if (offset_s < -TIMESTAMP_MAX / NS_PER_S)
		unit.offset_ns = -TIMESTAMP_MAX;
	else
		unit.offset_ns = offset_s * NS_PER_S;
	return unit;
}

/** Clamped, without the offset. */
static int64_t scale(const struct timestamp_unit *unit, uint64_t ticks)
{
	uint128 ns = (uint128)ticks * unit->multiply >> unit->shift;

	if (unit->divide > 1)
		ns /= unit->divide;
	return ns > (uint128)TIMESTAMP_MAX ? TIMESTAMP_MAX : (int64_t)ns;
}

int64_t timestamp_ns(const struct timestamp_unit *unit, uint64_t ticks)
{
	int64_t ns = scale(unit, ticks);

	if (ns == TIMESTAMP_MAX && ticks > INT64_MAX)
		ns = -scale(unit, -ticks);
	return clamp(ns + unit->offset_ns);
}
