#include "tally/hyperloglog.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"

#define ROOM_MIN 4U

/* The paper's hash has 32 bits: the first ones choose the register, the position of
 * the first 1 in the rest is what it holds. */
static void add_register(uint8_t *registers, uint32_t hash)
{
	uint32_t index = hash >> (32 - HLL_BITS);
	uint32_t rest = hash << HLL_BITS;
	uint8_t rank = 1;

	while (rank <= 32 - HLL_BITS && !(rest & 0x80000000U)) {
		rest <<= 1;
		rank++;
	}
	if (registers[index] < rank)
		registers[index] = rank;
}

static void make_dense(struct hll *h, struct budget *b)
{
	uint8_t *registers = budget_realloc(b, NULL, 0, HLL_REGISTERS);

	if (!registers) {
		h->low = true;
		return;
	}
	memset(registers, 0, HLL_REGISTERS);
	for (uint16_t i = 0; i < h->count; i++)
		add_register(registers, h->hashes[i]);
	budget_free(b, h->hashes, h->room * sizeof(*h->hashes));
	h->registers = registers;
	h->dense = true;
	h->count = 0;
	h->room = 0;
}

static bool grow(struct hll *h, struct budget *b)
{
	uint16_t room = h->room ? (uint16_t)(2 * h->room) : ROOM_MIN;
	uint32_t *hashes;

	hashes = budget_realloc(b, h->hashes, h->room * sizeof(*hashes),
				room * sizeof(*hashes));
	if (!hashes) {
		h->low = true;
		return false;
	}
	h->hashes = hashes;
	h->room = room;
	return true;
}

static void add_hash(struct hll *h, uint32_t hash, struct budget *b)
{
	if (h->dense) {
		add_register(h->registers, hash);
		return;
	}
	for (uint16_t i = 0; i < h->count; i++)
		if (h->hashes[i] == hash)
			return;
	if (h->count == LIMIT_DISTINCT_EXACT) {
		make_dense(h, b);
		if (h->dense)
			add_register(h->registers, hash);
		return;
	}
	if (h->count < h->room || grow(h, b))
		h->hashes[h->count++] = hash;
}

void hll_add(struct hll *h, uint64_t hash, struct budget *b)
{
	add_hash(h, (uint32_t)(hash >> 32), b);
}

void hll_merge(struct hll *into, const struct hll *from, struct budget *b)
{
	if (from->low)
		into->low = true;
	if (!from->dense) {
		for (uint16_t i = 0; i < from->count; i++)
			add_hash(into, from->hashes[i], b);
		return;
	}
	if (!into->dense)
		make_dense(into, b);
	for (size_t i = 0; into->dense && i < HLL_REGISTERS; i++)
		if (into->registers[i] < from->registers[i])
			into->registers[i] = from->registers[i];
}

uint64_t hll_estimate(const struct hll *h)
{
	/* The constant of the paper for this many registers, its figure 3. */
	static const double alpha = 0.7213 / (1.0 + 1.079 / HLL_REGISTERS);
	static const double two_32 = 4294967296.0;
	double sum = 0.0;
	unsigned zeros = 0;
	double e;

	if (!h->dense)
		return h->count;
	for (size_t i = 0; i < HLL_REGISTERS; i++) {
		sum += ldexp(1.0, -(int)h->registers[i]);
		zeros += h->registers[i] == 0;
	}
	e = alpha * HLL_REGISTERS * HLL_REGISTERS / sum;
	if (e <= 2.5 * HLL_REGISTERS && zeros > 0)
		e = HLL_REGISTERS * log((double)HLL_REGISTERS / zeros);
	else if (e > two_32 / 30.0 && e < two_32)
		e = -two_32 * log(1.0 - e / two_32);
	return (uint64_t)(e + 0.5);
}

bool hll_exact(const struct hll *h)
{
	return !h->dense && !h->low;
}

void hll_clear(struct hll *h, struct budget *b)
{
	if (h->dense)
		budget_free(b, h->registers, HLL_REGISTERS);
	else
		budget_free(b, h->hashes, h->room * sizeof(*h->hashes));
	*h = (struct hll){.count = 0};
}
