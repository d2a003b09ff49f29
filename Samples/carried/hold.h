/* What a program says of its frames. Built with TRUTH it prints, at each POINT, what the variables of all its frames hold,
   as their bytes; built without it is the program that is examined, which traps at the point that its argument says. */
#ifndef HOLD_H
#define HOLD_H
#ifdef __cplusplus
extern "C" {
#endif

/* Each file has one of its own. */
void program(void);
/* Traps when it is called for the n-th time, n being the argument. */
void point(void);

#ifdef TRUTH
void hold_enter(void);
void hold_leave(const int *);
void hold_frame(const char *function, int line);
void hold_value(const char *text, const void *bytes, unsigned long size);
/* In the first line of each function. */
#define FN const int hold_here __attribute__((cleanup(hold_leave))) = (hold_enter(), 0); (void)hold_here
/* Before a call that leads to a POINT, in its line: the values that the frame holds during the call. */
#define HOLD(values) do { hold_frame(__func__, __LINE__); values } while (0)
#define POINT(values) do { HOLD(values); point(); } while (0)
/* A value by the expression that a debugger's user types. */
#define V(x) hold_value(#x, &(x), sizeof (x));
#else
#define FN (void)0
#define HOLD(values) (void)0
#define POINT(values) point()
#endif

#ifdef __cplusplus
}
#endif
#endif
