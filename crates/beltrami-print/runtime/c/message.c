const char *message(int status)
{
    switch (status) {
    case OK: return "success";
    case BAD_SIZE: return "a size or an index is out of range";
    case OUT_OF_MEMORY: return "there is not enough memory";
    case SINGULAR: return "a matrix is singular";
    case NOT_POSITIVE_DEFINITE: return "a matrix is not positive definite";
    case OUT_OF_DOMAIN: return "a function has no value or derivative there";
    case NO_CONVERGENCE: return "an iteration did not converge";
    }
    return "unknown status";
}
