/**
 * @file
 * @brief The tree of a condition. Only for expr*.c.
 */
#ifndef STATLINE_STORE_EXPR_PARTS_H
#define STATLINE_STORE_EXPR_PARTS_H

#include "store/expr.h"

enum expr_kind { EXPR_OR, EXPR_AND, EXPR_NOT, EXPR_PER_HOST, EXPR_COMPARE, EXPR_NEW };

enum expr_quantity {
	Q_CODE, /**< of `code` */
	Q_CLASS,
	Q_ERRORS,
	Q_NO_RESPONSE,
	Q_RESPONSES,
	Q_REQUESTS,
	Q_HOSTS,
	Q_CHANGES,
	Q_WORSE,   /**< changes for the worse */
	Q_LATENCY, /**< of `quantile` */
	Q_COVERAGE,
};

enum expr_operator {
	OP_MORE,
	OP_AT_LEAST,
	OP_LESS,
	OP_AT_MOST,
	OP_EQUAL,
	OP_NOT_EQUAL
};

struct expr_node {
	enum expr_kind kind;
	unsigned char left, right; /* indices of nodes */
	enum expr_quantity quantity;
	enum expr_operator op;
	enum status_class class; /* CLASSES: any, for EXPR_NEW */
	uint16_t code;           /* 0: not by code */
	bool share;              /* the number is one: 1 % is 0.01 */
	double quantile;
	double number;
	char name[12]; /* of the quantity, as written */
};

struct expr {
	struct expr_node nodes[LIMIT_EXPR_NODES];
	unsigned count;
	unsigned top;
};

#endif
