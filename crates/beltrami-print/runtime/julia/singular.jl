# Functions of singular values; each uses those above it, and those of base.jl.

# helper _apart
"Refuses a difference of singular values that is no more than their rounding errors."
function _apart(a, s, difference)
    difference > maximum(size(a)) * eps() * s[1] && return
    throw(DomainError(difference, "singular values that must differ are equal, or one that must not be is zero"))
end

# helper _clipping
"The line, slope and offset, that clipping to an interval follows at every singular value."
function _clipping(a, s, low, high)
    low <= high || throw(ArgumentError("no number lies between $low and $high"))
    (low > 0 || high < 0) && _apart(a, s, s[end])
    return [x > high ? (0.0, float(high)) : x < low ? (0.0, float(low)) : (1.0, 0.0) for x in s]
end

# helper _truncating
"The line, slope and offset, that keeping the largest singular values follows at every one."
function _truncating(a, s, rank)
    rank < length(s) && _apart(a, s, s[rank] - s[rank + 1])
    return [i <= rank ? (1.0, 0.0) : (0.0, 0.0) for i in eachindex(s)]
end

# helper _rescaled
"U * diag(slope .* s .+ offset) * V', a line for every singular value."
function _rescaled(F, lines)
    return F.U * ([lines[i][1] * F.S[i] + lines[i][2] for i in eachindex(F.S)] .* F.Vt)
end

# helper _clip_singular
"The matrix with its singular values clipped to an interval."
function _clip_singular(a, low, high)
    F = svd(a)
    return _rescaled(F, _clipping(a, F.S, low, high))
end

# helper _low_rank
"The nearest matrix of a rank."
function _low_rank(a, rank)
    F = svd(a)
    return _rescaled(F, _truncating(a, F.S, rank))
end

# helper _divided
"A divided difference of a function that is a line, slope and offset, at every value; places ascend."
function _divided(values, lines, places)
    slope, offset = lines[places[1]]
    length(places) == 1 && return slope * values[places[1]] + offset
    # Values on one line are not divided by their difference, which may be zero.
    all(lines[place] == lines[places[1]] for place in places) && return length(places) == 2 ? slope : 0.0
    difference = _divided(values, lines, places[2:end]) - _divided(values, lines, places[1:end-1])
    return difference / (values[places[end]] - values[places[1]])
end

# helper _walk
"The products of entries along all paths from a place that take every step once, weighted with a table."
function _walk(table, at, steps)
    length(steps) == 1 && return table .* steps[1][at, :]
    parts = [
        steps[k][at, i] .* _walk(selectdim(table, 1, i), i, steps[1:end .!= k]) for k in eachindex(steps), i in axes(table, 1)
    ]
    return sum(parts)
end

# helper _rescaled_derivative
"""
    _rescaled_derivative(a, lines, directions...)

The derivative of U * diag(slope .* s .+ offset) * V' along directions: divided differences at the eigenvalues of [0 a; a' 0]
(Daleckii and Krein 1965, Noferini 2017).
"""
function _rescaled_derivative(a, lines, directions...)
    m, n = size(a)
    doubled(x) = vcat(hcat(zeros(m, m), x), hcat(x', zeros(n, n)))
    F = eigen(Symmetric(doubled(a)))
    # The function is odd; eigenvalues ascend, and those between the singular values of both signs are zero.
    negative = [(slope, -offset) for (slope, offset) in lines]
    both = vcat(negative, fill((lines[end][1], 0.0), m + n - 2 * length(lines)), reverse(lines))
    paths = Iterators.product(fill(1:m+n, length(directions) > 0 ? length(directions) + 1 : 2)...)
    table = [_divided(F.values, both, sort([path...])) for path in paths]
    return _each(a, directions...) do steps...
        turns = [F.vectors' * doubled(e) * F.vectors for e in steps]
        turned = hcat([_walk(selectdim(table, 1, i), i, turns) for i in 1:m+n]...)
        F.vectors[1:m, :] * turned * F.vectors[m+1:end, :]'
    end
end

# helper _dmsign
"The derivative of the polar factor along directions."
function _dmsign(a, directions...)
    s = svdvals(a)
    _apart(a, s, s[end])
    return _rescaled_derivative(a, fill((0.0, 1.0), length(s)), directions...)
end

# helper _dmclip
"The derivative of clipped singular values along directions."
function _dmclip(a, low, high, directions...)
    return _rescaled_derivative(a, _clipping(a, svdvals(a), low, high), directions...)
end

# helper _dlowrank
"The derivative of the nearest matrix of a rank along directions."
function _dlowrank(a, rank, directions...)
    return _rescaled_derivative(a, _truncating(a, svdvals(a), rank), directions...)
end

# helper _dadj
"""
    _dadj(a, directions...)

The derivative of the adjugate along directions: between singular vectors, rows of the directions replace rows of the diagonal
matrix of singular values, at places that differ.
"""
function _dadj(a, directions...)
    F, n = svd(a), size(a, 1)
    return _each(a, directions...) do steps...
        turns = [F.U' * e * F.Vt' for e in steps]
        total = zeros(n, n)
        for places in Iterators.product(fill(1:n, length(steps) + 1)...)
            allunique(places) || continue
            others = prod(F.S[setdiff(1:n, places)])
            rows = [turns[k][places[k+1], place] for k in eachindex(turns), place in places]
            for k in eachindex(places)
                total[places[k], places[1]] += (isodd(k) ? 1 : -1) * others * det(rows[:, 1:end .!= k])
            end
        end
        det(F.U) * det(F.Vt) .* (F.Vt' * total * F.U')
    end
end

# helper _dyads
"U * diag(w) * V' for singular values that are apart."
function _dyads(a, w)
    F = svd(a)
    k = length(F.S)
    for i in 1:k
        _apart(a, F.S, F.S[i] - (i < k ? F.S[i + 1] : 0.0))
    end
    return F.U * (w .* F.Vt)
end

# helper _ddyads
"The derivative of U * diag(w) * V' along directions."
function _ddyads(a, w, directions...)
    s = svdvals(a)
    k = length(s)
    for i in 1:k
        _apart(a, s, s[i] - (i < k ? s[i + 1] : 0.0))
    end
    return _rescaled_derivative(a, [(0.0, w[i]) for i in 1:k], directions...)
end

# helper _dsvdvals
"The derivative of the singular values along directions: that of the dyads along all but the last one, times the last one."
function _dsvdvals(a, directions...)
    k = length(svdvals(a))
    unit(i) = [i == j ? 1.0 : 0.0 for j in 1:k]
    dyad(i, steps) = length(steps) == 1 ? _dyads(a, unit(i)) : _ddyads(a, unit(i), [steps[k] for k in 1:length(steps)-1]...)
    return _each(a, directions...) do steps...
        [sum(dyad(i, steps) .* steps[length(steps)]) for i in 1:k]
    end
end
