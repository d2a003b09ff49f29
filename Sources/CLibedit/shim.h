// libedit's el_set is variadic and stdin is a global variable, neither of which Swift 6 imports.
#ifndef WASMPM_CLIBEDIT_H
#define WASMPM_CLIBEDIT_H
#include <histedit.h>
#include <stdio.h>
#endif
