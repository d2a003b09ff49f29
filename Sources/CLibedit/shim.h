// libedit's setters are variadic and stdin is a global variable, neither of which Swift 6 imports: a function of fixed
// type for each use.
#ifndef WASMPM_CLIBEDIT_H
#define WASMPM_CLIBEDIT_H
#include <histedit.h>
#include <stdio.h>

static inline EditLine *wasmpm_el_init(const char *program) {
  return el_init(program, stdin, stdout, stderr);
}

static inline int wasmpm_el_set_prompt(EditLine *editor, char *(*prompt)(EditLine *)) {
  return el_set(editor, EL_PROMPT, prompt);
}

static inline int wasmpm_el_set_int(EditLine *editor, int option, int value) {
  return el_set(editor, option, value);
}

static inline int wasmpm_el_set_string(EditLine *editor, int option, const char *value) {
  return el_set(editor, option, value);
}

static inline int wasmpm_el_set_history(EditLine *editor, History *list) {
  return el_set(editor, EL_HIST, history, list);
}

static inline int wasmpm_el_set_reader(EditLine *editor, int (*reader)(EditLine *, wchar_t *)) {
  return el_set(editor, EL_GETCFN, reader);
}

static inline int wasmpm_el_add_function(
    EditLine *editor, const char *name, const char *help, unsigned char (*function)(EditLine *, int)) {
  return el_set(editor, EL_ADDFN, name, help, function);
}

static inline int wasmpm_el_bind(EditLine *editor, const char *key, const char *function) {
  return el_set(editor, EL_BIND, key, function, (const char *)NULL);
}

static inline int wasmpm_el_refresh(EditLine *editor) {
  return el_set(editor, EL_REFRESH);
}

static inline int wasmpm_history_set_size(History *list, int size) {
  HistEvent event;
  return history(list, &event, H_SETSIZE, size);
}

static inline int wasmpm_history_enter(History *list, const char *line) {
  HistEvent event;
  return history(list, &event, H_ENTER, line);
}

static inline int wasmpm_history_clear(History *list) {
  HistEvent event;
  return history(list, &event, H_CLEAR);
}
#endif
