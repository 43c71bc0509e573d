/* What the functions return. */
enum { OK, BAD_SIZE, OUT_OF_MEMORY, SINGULAR, NOT_POSITIVE_DEFINITE, OUT_OF_DOMAIN, NO_CONVERGENCE };

/* What a status means. */
const char *message(int status);
