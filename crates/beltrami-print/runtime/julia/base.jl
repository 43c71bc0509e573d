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

# helper _signed_minor
"The derivative of the determinant by entries at these places: the minor without their rows and columns, with its sign."
function _signed_minor(a, rows, cols)
    allunique(rows) && allunique(cols) || return 0.0
    turned(k) = count(other -> (rows[other] > rows[k]) != (cols[other] > cols[k]), 1:k-1)
    odd = sum(rows) + sum(cols) + sum(turned(k) for k in eachindex(rows))
    sign = isodd(odd) ? -1.0 : 1.0
    length(rows) < size(a, 1) || return sign
    return sign * det(a[setdiff(1:size(a, 1), rows), setdiff(1:size(a, 2), cols)])
end

# helper _adjugate_derivative
"The matrix of the derivative of the adjugate, columns stacked; the order of the directions does not matter."
function _adjugate_derivative(a, order)
    n = size(a, 1)
    out = zeros(n^2, n^(2 * order))
    for first in 0:n^2-1
        for column in 0:n^(2 * order)-1
            units = [column ÷ n^(2 * k) % n^2 for k in 0:order-1]
            # An entry of the adjugate is the derivative of the determinant by the one across the diagonal.
            rows = vcat([first ÷ n + 1], [unit % n + 1 for unit in units])
            cols = vcat([first % n + 1], [unit ÷ n + 1 for unit in units])
            out[first + 1, column + 1] = _signed_minor(a, rows, cols)
        end
    end
    return out
end

# helper _blocked
"""
    _blocked(a, order, column)

Blocks of blocks with a on the diagonal and, for every order, one of the unit matrices of a column beside it: functions of them
have the mixed derivative in the last block of the first row (Higham 2008, Section 3.2).
"""
function _blocked(a, order, column)
    n, blocks = size(a, 1), 2^order
    big = kron(Matrix(1.0I, blocks, blocks), a)
    for bit in 0:order-1
        unit = column ÷ (n^2)^(order - 1 - bit) % n^2
        for block in 0:blocks-1
            block >> bit & 1 == 0 || continue
            big[block * n + unit % n + 1, (block + 2^bit) * n + unit ÷ n + 1] += 1
        end
    end
    return big
end

# helper _dexp
"The matrix K with vec(D) = K * kron(vec(E1), ..., vec(Ek)), D the mixed derivative of the exponential."
function _dexp(a, order)
    n = size(a, 1)
    columns = [vec(exp(_blocked(a, order, column))[1:n, end-n+1:end]) for column in 0:(n^2)^order-1]
    return hcat(columns...)
end

# helper _dlog
"The matrix K with vec(L) = K * vec(E), L the Fréchet derivative of the logarithm."
_dlog(a) = _dexp(real(log(a)), 1) \ Matrix(1.0I, length(a), length(a))

# helper _dsqrt
"The matrix K with vec(L) = K * vec(E), L the Fréchet derivative of the square root."
function _dsqrt(a)
    root, one = real(sqrt(a)), Matrix(1.0I, size(a)...)
    return (kron(one, root) + kron(root', one)) \ Matrix(1.0I, length(a), length(a))
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

# helper _inverse_root_derivative
"""
    _inverse_root_derivative(a, p, order)

The matrix of the derivative of the inverse root, columns stacked: Newton's method for x^p * a = I, in the basis of the
eigenvectors, where a step divides by numbers.
"""
function _inverse_root_derivative(a, p, order)
    n, F = size(a, 1), eigen(Symmetric(a))
    roots, one = F.values .^ (-1 / p), Matrix(1.0I, 2^order, 2^order)
    slopes = kron(ones(2^order, 2^order), sum([roots .^ k * (F.values .* roots .^ (p - 1 - k))' for k in 0:p-1]))
    basis, unit = kron(one, F.vectors), kron(one, Matrix(1.0I, n, n))
    columns = map(0:(n^2)^order-1) do column
        big = basis' * _blocked(a, order, column) * basis
        x = kron(one, diagm(roots))
        for _ in 0:order
            x += (unit - x^p * big) ./ slopes
        end
        vec((basis * x * basis')[1:n, end-n+1:end])
    end
    return hcat(columns...)
end
