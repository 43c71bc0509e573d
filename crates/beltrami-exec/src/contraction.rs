//! Einsum: contractions of any number of operands, two at a time.

use std::collections::BTreeMap;

use crate::error::ExecError;
use crate::scalar::Scalar;
use crate::subscripts::{Axis, Subscripts};
use crate::tensor::{Tensor, checked_len};

/// The contraction of operands that a text such as `ij,jk->ik` describes.
///
/// `(ab)` is one axis, `a` slow; a letter that is twice in an operand or in the output runs along the diagonal; letters
/// missing from the output are summed. An operand without letters is a scalar, one letter is a vector or a row. The
/// result has one axis for each output axis; no axis gives 1×1 and one axis n×1.
/// # Errors
/// [`ExecError::Einsum`] for text that does not fit, [`ExecError::TooLarge`] for results above 2^28 numbers.
pub fn einsum<S: Scalar>(text: &str, operands: &[&Tensor<S>]) -> Result<Tensor<S>, ExecError> {
    let subscripts = Subscripts::parse(text)?;
    let dims: Vec<&[usize]> = operands.iter().map(|operand| operand.dims()).collect();
    let sizes = subscripts.sizes(&dims)?;
    let mut output_dims = Vec::new();
    for axis in &subscripts.output {
        let axis_dims: Vec<usize> = axis.iter().map(|c| sizes[c]).collect();
        output_dims.push(checked_len::<S>(&axis_dims)?);
    }
    checked_len::<S>(&output_dims)?;
    let mut terms: Vec<Term<S>> = Vec::new();
    for (place, (axes, operand)) in subscripts.operands.iter().zip(operands).enumerate() {
        let elsewhere = |c: char| {
            let others =
                subscripts.operands.iter().enumerate().filter(|(other, _)| *other != place);
            others
                .flat_map(|(_, axes)| axes.iter().flatten())
                .chain(subscripts.output.iter().flatten())
                .any(|l| *l == c)
        };
        terms.push(Term::gather(axes, operand.data(), &sizes, elsewhere)?);
    }
    let wanted: Vec<char> = subscripts.output.iter().flatten().copied().collect();
    let result = contract_all(terms, &wanted, &sizes)?;
    result.scatter(&subscripts.output, output_dims, &sizes)
}

/// An array whose axes are distinct letters, last fastest.
struct Term<S> {
    letters: Vec<char>,
    data: Vec<S>,
}

impl<S: Scalar> Term<S> {
    /// An operand with its diagonals taken, its groups opened and the letters that occur nowhere else summed.
    fn gather(
        axes: &[Axis],
        data: &[S],
        sizes: &BTreeMap<char, usize>,
        needed: impl Fn(char) -> bool,
    ) -> Result<Term<S>, ExecError> {
        let strides = strides(axes, sizes);
        let (kept, summed): (Vec<char>, Vec<char>) =
            distinct(axes).into_iter().partition(|c| needed(*c));
        // Nothing to do is common, and copying is all that is left then.
        let plain = summed.is_empty() && axes.iter().flatten().count() == kept.len();
        let mut gathered = Term { letters: kept, data: Vec::new() };
        if plain {
            gathered.data = data.to_vec();
            return Ok(gathered);
        }
        checked_len::<S>(&dims_of(&gathered.letters, sizes))?;
        for_each_place(&gathered.letters, sizes, &[&strides], &mut |base| {
            let mut sum = S::from_real(0.0);
            for_each_place(&summed, sizes, &[&strides], &mut |offset| {
                sum += data[base[0] + offset[0]]
            });
            gathered.data.push(sum);
        });
        Ok(gathered)
    }

    /// The same array with its letters in another order.
    fn permuted(self, letters: &[char], sizes: &BTreeMap<char, usize>) -> Term<S> {
        if self.letters == letters {
            return self;
        }
        let strides = strides(&self.letters.iter().map(|c| vec![*c]).collect::<Vec<_>>(), sizes);
        let mut data = Vec::with_capacity(self.data.len());
        for_each_place(letters, sizes, &[&strides], &mut |at| data.push(self.data[at[0]]));
        Term { letters: letters.to_vec(), data }
    }

    /// The product of two terms, summed over the letters that are not kept.
    fn times(
        self,
        other: Term<S>,
        kept: &[char],
        sizes: &BTreeMap<char, usize>,
    ) -> Result<Term<S>, ExecError> {
        let shared = |c: &char| other.letters.contains(c);
        let batch: Vec<char> =
            self.letters.iter().copied().filter(|c| shared(c) && kept.contains(c)).collect();
        let inner: Vec<char> =
            self.letters.iter().copied().filter(|c| shared(c) && !kept.contains(c)).collect();
        let left: Vec<char> = self.letters.iter().copied().filter(|c| !shared(c)).collect();
        let right: Vec<char> =
            other.letters.iter().copied().filter(|c| !self.letters.contains(c)).collect();
        let len = |letters: &[char]| letters.iter().map(|c| sizes[c]).product::<usize>();
        let letters = [batch.clone(), left.clone(), right.clone()].concat();
        checked_len::<S>(&dims_of(&letters, sizes))?;
        let (m, k, n) = (len(&left), len(&inner), len(&right));
        let a = self.permuted(&[batch.clone(), left, inner.clone()].concat(), sizes);
        let b = other.permuted(&[batch.clone(), inner, right].concat(), sizes);
        let mut data = Vec::with_capacity(len(&letters));
        for place in 0..len(&batch) {
            let (a, b) = (
                &a.data[place * m * k..(place + 1) * m * k],
                &b.data[place * k * n..(place + 1) * k * n],
            );
            if (m, k, n) == (1, 1, 1) {
                data.push(a[0] * b[0]);
            } else {
                data.extend(S::gemm(m, k, n, a, b)?);
            }
        }
        Ok(Term { letters, data })
    }

    /// The array with its axes grouped as the output asks, zero off the diagonals of repeated letters.
    fn scatter(
        self,
        axes: &[Axis],
        dims: Vec<usize>,
        sizes: &BTreeMap<char, usize>,
    ) -> Result<Tensor<S>, ExecError> {
        let order = distinct(axes);
        let term = self.permuted(&order, sizes);
        if order.len() == axes.iter().flatten().count() {
            return Tensor::new(dims, term.data);
        }
        let strides = strides(axes, sizes);
        let mut data = vec![S::from_real(0.0); checked_len::<S>(&dims)?];
        let mut entries = term.data.into_iter();
        for_each_place(&order, sizes, &[&strides], &mut |at| {
            if let Some(x) = entries.next() {
                data[at[0]] = x;
            }
        });
        Tensor::new(dims, data)
    }
}

/// Multiplies terms two at a time, always the pair that needs the fewest multiplications (the first of equals).
fn contract_all<S: Scalar>(
    mut terms: Vec<Term<S>>,
    output: &[char],
    sizes: &BTreeMap<char, usize>,
) -> Result<Term<S>, ExecError> {
    while terms.len() > 1 {
        let mut best: Option<(f64, usize, usize)> = None;
        for i in 0..terms.len() {
            for j in i + 1..terms.len() {
                let union = terms[i]
                    .letters
                    .iter()
                    .chain(terms[j].letters.iter().filter(|c| !terms[i].letters.contains(c)));
                let cost: f64 = union.map(|c| sizes[c] as f64).product();
                if best.is_none_or(|(least, ..)| cost < least) {
                    best = Some((cost, i, j));
                }
            }
        }
        let Some((_, i, j)) = best else { break };
        let second = terms.remove(j);
        let first = terms.remove(i);
        let kept: Vec<char> =
            output.iter().chain(terms.iter().flat_map(|term| &term.letters)).copied().collect();
        terms.insert(i, first.times(second, &kept, sizes)?);
    }
    terms.pop().ok_or_else(|| ExecError::Einsum("no operands are given".to_owned()))
}

/// How far one step of each letter moves through an array with these axes.
pub(crate) fn strides(axes: &[Axis], sizes: &BTreeMap<char, usize>) -> BTreeMap<char, usize> {
    let mut strides = BTreeMap::new();
    let mut step = 1;
    for c in axes.iter().flatten().rev() {
        *strides.entry(*c).or_insert(0) += step;
        step *= sizes[c];
    }
    strides
}

fn distinct(axes: &[Axis]) -> Vec<char> {
    let mut letters: Vec<char> = Vec::new();
    for c in axes.iter().flatten() {
        if !letters.contains(c) {
            letters.push(*c);
        }
    }
    letters
}

fn dims_of(letters: &[char], sizes: &BTreeMap<char, usize>) -> Vec<usize> {
    letters.iter().map(|c| sizes[c]).collect()
}

/// Runs through all values of the letters, last fastest, with the place in each array.
pub(crate) fn for_each_place(
    letters: &[char],
    sizes: &BTreeMap<char, usize>,
    strides: &[&BTreeMap<char, usize>],
    visit: &mut dyn FnMut(&[usize]),
) {
    let dims = dims_of(letters, sizes);
    if dims.contains(&0) {
        return;
    }
    let steps: Vec<Vec<usize>> = strides
        .iter()
        .map(|s| letters.iter().map(|c| s.get(c).copied().unwrap_or(0)).collect())
        .collect();
    let mut counter = vec![0; dims.len()];
    let mut places = vec![0; strides.len()];
    loop {
        visit(&places);
        let mut axis = dims.len();
        loop {
            if axis == 0 {
                return;
            }
            axis -= 1;
            counter[axis] += 1;
            let wrapped = counter[axis] == dims[axis];
            for (place, steps) in places.iter_mut().zip(&steps) {
                if wrapped {
                    *place -= (dims[axis] - 1) * steps[axis];
                } else {
                    *place += steps[axis];
                }
            }
            if !wrapped {
                break;
            }
            counter[axis] = 0;
        }
    }
}
