//! Functions that printed modules bring with them, when they use them.

use crate::python::library::Library;
use crate::python::singular;
use crate::runtime::{self, Helper};

/// The sources of those of a library and of the shared ones that `code` uses, in order, with those they use themselves.
///
/// A library's own function of singular values stands for the shared one of its name.
pub(super) fn used(library: &Library, code: &str) -> Vec<String> {
    let own = |shared: &'static Helper| {
        let mut own = library.singular.iter();
        own.find(|helper| helper.name == shared.name).unwrap_or(shared)
    };
    let singular = singular::HELPERS.iter().map(own);
    let helpers: Vec<&Helper> = SHARED.iter().chain(library.helpers).chain(singular).collect();
    let library = format!("{}.", library.name);
    let used = runtime::used(&helpers, code).into_iter();
    used.map(|helper| helper.source.replace("xp.", &library)).collect()
}

/// Those that are the same for all libraries, whose name is `xp` here.
static SHARED: [Helper; 9] = [
    Helper {
        name: "_expect",
        source: r#"def _expect(name, array, sizes, shape):
    if array.shape != sizes:
        raise ValueError(f"{name}: expected {shape}, here of shape {sizes}, got an array of shape {tuple(array.shape)}")
"#,
    },
    Helper {
        name: "_size",
        source: r#"def _size(name, value):
    if int(value) != value or value < 1:
        raise ValueError(f"{name}: expected a size, an integer of at least 1, got {value!r}")
    return int(value)
"#,
    },
    Helper {
        name: "_khatri_rao",
        source: r#"def _khatri_rao(a, b):
    """Kronecker products of the columns."""
    return (a[:, None, :] * b[None, :, :]).reshape(-1, a.shape[1])
"#,
    },
    Helper {
        name: "_top_eigenvector",
        source: r#"def _top_eigenvector(a):
    """The unit eigenvector of the largest eigenvalue, its entry of largest magnitude positive."""
    vector = xp.linalg.eigh(a)[1][:, -1]
    return vector * xp.sign(vector[xp.argmax(xp.abs(vector))])
"#,
    },
    Helper {
        name: "_polar_factor",
        source: r#"def _polar_factor(a):
    """U @ Vt of the thin singular value decomposition."""
    u, _, vt = xp.linalg.svd(a, full_matrices=False)
    return u @ vt
"#,
    },
    Helper {
        name: "_top_dyad",
        source: r#"def _top_dyad(a):
    """The outer product of the leading singular vectors."""
    u, _, vt = xp.linalg.svd(a, full_matrices=False)
    return xp.outer(u[:, 0], vt[0])
"#,
    },
    Helper {
        name: "_adjugate_derivative",
        source: r#"def _adjugate_derivative(a, order, **like):
    """The matrix of the derivative of the adjugate, columns stacked: an entry is the minor without the rows and columns of the
    places that the determinant is differentiated by, with its sign."""
    n, order = a.shape[0], int(order)
    size = max(n - order - 1, 0)
    signs, rows, cols = [], [], []
    for first, *units in itertools.product(range(n * n), repeat=order + 1):
        # An entry of the adjugate is the derivative of the determinant by the one across the diagonal.
        r, c = [first // n] + [unit % n for unit in units], [first % n] + [unit // n for unit in units]
        turned = sum((r[i] > r[k]) != (c[i] > c[k]) for k in range(order + 1) for i in range(k))
        proper = len({*r}) == len({*c}) == order + 1
        signs.append(float((-1) ** (sum(r) + sum(c) + turned) if proper else 0))
        rows.append([i for i in range(n) if i not in r][:size])
        cols.append([j for j in range(n) if j not in c][:size])
    signs = xp.asarray(signs, **like)
    if size > 0:
        rows, cols = xp.asarray(rows), xp.asarray(cols)
        signs = signs * xp.linalg.det(a[rows[:, :, None], cols[:, None, :]])
    return signs.reshape(n * n, (n * n) ** order)
"#,
    },
    Helper {
        name: "_inverse_root",
        source: r#"def _inverse_root(a, p):
    """The inverse root of a symmetric positive definite matrix."""
    values, basis = xp.linalg.eigh(a)
    return (basis * values ** (-1 / p)) @ basis.T
"#,
    },
    Helper {
        name: "_log_near_one",
        source: r#"def _log_near_one(x, eye):
    """The logarithm of eye + x for small x: Gauss and Legendre's formula for the integral of x / (1 + t * x) (Higham 2008,
    equation 11.18)."""
    places = (0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363)
    weights = (0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763)
    total = 0 * x
    for place, weight in zip(places, weights):
        for t in ((1 - place) / 2, (1 + place) / 2):
            total = total + weight / 2 * xp.linalg.solve(eye + t * x, x)
    return total
"#,
    },
];
