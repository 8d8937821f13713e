#include "config.h"

#include "ui/ui.h"
struct ui *ui_new(const struct ui_options *options) { (void)options; return NULL; }
void ui_update(struct ui *ui, const struct ui_facts *facts) { (void)ui; (void)facts; }
void ui_message(struct ui *ui, const char *line) { (void)ui; (void)line; }
bool ui_keys(struct ui *ui) { (void)ui; return true; }
void ui_free(struct ui *ui) { (void)ui; }
