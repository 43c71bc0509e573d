# Functions that files in Julia bring with them; each uses those above it alone.
#
# A file takes over the functions it uses, from the line that names one to the next such line.
using LinearAlgebra

# helper _expect
function _expect(name, array, sizes, shape)
    size(array) == sizes && return
    throw(DimensionMismatch("$name: expected $shape, here of sizes $sizes, got an array of sizes $(size(array))"))
end

# helper _reshaped
"The same entries in the order of rows, with other axes."
function _reshaped(a, sizes...)
    turned(b) = permutedims(b, ndims(b):-1:1)
    return turned(reshape(turned(a), reverse(sizes)))
end

# helper _step
_step(x) = x > 0 ? one(x) : zero(x)

# helper _above
"1 when x is larger, 1/2 when both are equal, 0 when y is larger."
_above(x, y) = ((x > y) + (x >= y)) / 2

# helper _relu
_relu(x) = x < 0 ? zero(x) : x

# helper _leaky_relu
_leaky_relu(x) = x > 0 ? x : 0.01 * x

# helper _sigmoid
_sigmoid(x) = 1 / (1 + exp(-x))

# helper _softplus
_softplus(x) = _relu(x) + log1p(exp(-abs(x)))

# helper _erfc
"The complementary error function: a series of positive terms, or a continued fraction (Abramowitz and Stegun, 7.1.6, 7.1.14)."
function _erfc(x)
    isnan(x) && return x
    scale = exp(-x^2) / sqrt(pi)
    # From the far end; the remainder is below rounding for these x.
    x > 2 && return scale / foldl((below, k) -> x + k / 2 / below, 120:-1:1; init = x)
    x < -6 && return 2.0
    term, total, k = 2 * x, 0.0, 1
    while (total + term) != total
        total += term
        k += 2
        term *= 2 * x^2 / k
    end
    return 1 - scale * total
end

# helper _erf
function _erf(x)
    abs(x) > 0.5 && return x > 0 ? 1 - _erfc(x) : _erfc(-x) - 1
    # Near zero the difference from 1 would lose digits.
    return 2 * x * exp(-x^2) / sqrt(pi) * sum((2 * x^2)^k / prod(3.0:2.0:2*k+1) for k in 15:-1:0)
end

# helper _gelu
_gelu(x) = x / 2 * _erfc(-x / sqrt(2))

# helper _commutation
"The matrix K with K * vec(A) = vec(A') for A of m rows and n columns."
_commutation(m, n) = [j == (i - 1) ÷ n + 1 + m * ((i - 1) % n) ? 1.0 : 0.0 for i in 1:m*n, j in 1:m*n]

# helper _unit
"Column i of the identity."
function _unit(i, n)
    1 <= i <= n || throw(ArgumentError("index $i is out of range for size $n"))
    return [j == i ? 1.0 : 0.0 for j in 1:n]
end

# helper _khatri_rao
"Kronecker products of the columns."
_khatri_rao(a, b) = hcat([kron(a[:, j], b[:, j]) for j in 1:size(a, 2)]...)

# helper _adjugate
"The adjugate through singular values, also of a singular matrix."
function _adjugate(a)
    F = svd(a)
    others = [prod(F.S[1:end .!= i]) for i in eachindex(F.S)]
    return det(F.U) * det(F.Vt) .* (F.Vt' * (others .* F.U'))
end

# helper _each
"A derivative along directions: one of more rows has a stacked matrix in every column, and none stands for all unit matrices."
function _each(derivative, a, directions...)
    single(e) = size(e) == size(a)
    length(directions) > 0 && all(single(e) for e in directions) && return derivative(directions...)
    directions = length(directions) > 0 ? directions : (Matrix(1.0I, length(a), length(a)),)
    choices = [single(e) ? [e] : [reshape(e[:, j], size(a)) for j in axes(e, 2)] for e in reverse(directions)]
    columns = map(Iterators.product(choices...)) do chosen
        vec(derivative(reverse(chosen)...))
    end
    return hcat(columns...)
end

# helper _along
"""
    _along(f, a, directions...)

The derivative of a function along directions, the last block in the first row of that of blocks of blocks: a block for every two
sets of directions, which is a where they are equal, and the direction that the second has more (Higham and Relton 2014).
"""
function _along(f, a, directions...)
    return _each(a, directions...) do steps...
        n, order = size(a, 1), length(steps)
        sets = 2^order
        big = kron(Matrix(1.0I, sets, sets), a)
        for bit in 0:order-1
            for s in 0:sets-1
                s >> bit & 1 == 0 || continue
                t = s + 2^bit
                big[s*n+1:s*n+n, t*n+1:t*n+n] = steps[bit + 1]
            end
        end
        f(big)[1:n, end-n+1:end]
    end
end

# helper _dexpm
"The derivative of the exponential along directions."
_dexpm(a, directions...) = _along(exp, a, directions...)

# helper _dlogm
"The derivative of the logarithm along directions."
_dlogm(a, directions...) = _along(x -> real(log(x)), a, directions...)

# helper _dsqrtm
"The derivative of the square root along directions."
_dsqrtm(a, directions...) = _along(x -> real(sqrt(x)), a, directions...)

# helper _dcosm
"The derivative of the cosine along directions."
_dcosm(a, directions...) = _along(cos, a, directions...)

# helper _dsinm
"The derivative of the sine along directions."
_dsinm(a, directions...) = _along(sin, a, directions...)

# helper _root
"The principal root."
_root(a, p) = real(exp(log(a) / p))

# helper _droot
"The derivative of the principal root along directions."
_droot(a, p, directions...) = _along(x -> _root(x, p), a, directions...)

# helper _dinvroot
"The derivative of the inverse root of a symmetric positive definite matrix along directions."
function _dinvroot(a, p, directions...)
    eigen(Symmetric(a)).values[1] > 0 || throw(DomainError(a, "the matrix is not positive definite"))
    return _along(x -> _root(x, -p), a, directions...)
end

# helper _top_eigenvector
"The unit eigenvector of the largest eigenvalue, its entry of largest magnitude positive."
function _top_eigenvector(a)
    vector = eigen(Symmetric(a)).vectors[:, end]
    return vector .* sign(vector[argmax(abs.(vector))])
end

# helper _polar_factor
"U * V' of the thin singular value decomposition."
function _polar_factor(a)
    F = svd(a)
    return F.U * F.Vt
end

# helper _top_dyad
"The outer product of the leading singular vectors."
function _top_dyad(a)
    F = svd(a)
    return F.U[:, 1] * F.Vt[1, :]'
end

# helper _inverse_root
"The inverse root of a symmetric positive definite matrix."
function _inverse_root(a, p)
    F = eigen(Symmetric(a))
    return F.vectors * (F.values .^ (-1 / p) .* F.vectors')
end
