//! The statements of a function.

use beltrami_core::{Dim, Kernel, Registry};

use super::language::{Language, Out};
use super::text::Text;
use crate::identifier::Identifiers;
use crate::module::Unsupported;
use crate::program::{ArrayId, Operation, Program, Sign};
use crate::size::SizeNames;

/// A function that is being written.
pub(crate) struct Body<'a> {
    pub program: &'a Program,
    pub registry: &'a Registry,
    pub sizes: &'a SizeNames,
    pub language: &'a dyn Language,
    pub identifiers: &'a mut Identifiers,
    /// The statements so far.
    pub lines: Vec<String>,
    /// The arrays that need memory, with their sizes, in languages that have none of their own.
    pub rooms: Vec<(String, Dim)>,
    /// Further sizes that the library must be able to count.
    pub counts: Vec<Dim>,
    uses: Vec<usize>,
    texts: Vec<Option<Text>>,
}

/// Loops within each other, the innermost last, around an entry.
pub(crate) struct Nest {
    /// Index and size of each axis of the result.
    pub kept: Vec<(String, Text)>,
    /// Index and size of what is summed over.
    pub folded: Vec<(String, Text)>,
    pub fold: Fold,
    pub entry: Text,
}

/// What becomes of the entries along axes that are not kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fold {
    Sum,
    Largest,
}

/// Entries with more operations than this are not written into one line.
const LONGEST: usize = 14;

impl<'a> Body<'a> {
    pub fn new(
        (program, root): (&'a Program, ArrayId),
        registry: &'a Registry,
        sizes: &'a SizeNames,
        language: &'a dyn Language,
        identifiers: &'a mut Identifiers,
    ) -> Body<'a> {
        identifiers.restart();
        let uses = program.uses(root);
        let mut texts: Vec<Option<Text>> = vec![None; uses.len()];
        for (place, text) in texts.iter_mut().enumerate() {
            if let Operation::Input(word) = &program.arrays[place].operation {
                *text = Some(Text::atom(word));
            }
        }
        let (lines, rooms, counts) = (Vec::new(), Vec::new(), Vec::new());
        Body { program, registry, sizes, language, identifiers, lines, rooms, counts, uses, texts }
    }

    pub fn operation(&self, id: ArrayId) -> &'a Operation {
        &self.program.arrays[id.0].operation
    }

    pub fn args(&self, id: ArrayId) -> &'a [ArrayId] {
        &self.program.arrays[id.0].args
    }

    pub fn axes(&self, id: ArrayId) -> &'a [Dim] {
        &self.program.arrays[id.0].axes
    }

    pub fn rank(&self, id: ArrayId) -> usize {
        self.axes(id).len()
    }

    /// The array that the function computes.
    pub fn root(&self) -> ArrayId {
        ArrayId(self.uses.len() - 1)
    }

    pub fn uses(&self, id: ArrayId) -> usize {
        self.uses[id.0]
    }

    /// A size in code.
    pub fn size(&self, dim: &Dim) -> Text {
        Text::size(dim, self.sizes)
    }

    /// The sizes of the axes of an array, in code.
    pub fn lengths(&self, id: ArrayId) -> Vec<Text> {
        self.axes(id).iter().map(|dim| self.size(dim)).collect()
    }

    /// The name of an array, or the expression of a scalar, that was written before.
    pub fn text(&self, id: ArrayId) -> Option<&Text> {
        self.texts[id.0].as_ref()
    }

    /// Whether an array is an input, which belongs to the caller.
    pub fn is_input(&self, id: ArrayId) -> bool {
        matches!(self.operation(id), Operation::Input(_))
    }

    /// Makes the array known by this text.
    pub fn known(&mut self, id: ArrayId, text: Text) {
        self.texts[id.0] = Some(text);
    }

    /// A fresh name.
    pub fn fresh(&mut self) -> String {
        self.identifiers.temporary()
    }

    /// Gives an array a name.
    pub fn bind(&mut self, id: ArrayId) -> Out<()> {
        match self.texts[id.0] {
            Some(_) => Ok(()),
            None => self.language.bind(self, id),
        }
    }

    /// Sees to it that the entries of an array can be written.
    pub fn ready(&mut self, id: ArrayId) -> Out<()> {
        if self.texts[id.0].is_some() {
            return Ok(());
        }
        if !is_entrywise(self.operation(id)) {
            if self.rank(id) == 0
                && self.uses[id.0] == 1
                && let Some(text) = self.language.inline(self, id)?
            {
                self.known(id, text);
                return Ok(());
            }
            return self.bind(id);
        }
        for (place, arg) in self.args(id).iter().enumerate() {
            self.ready_for(id, place, *arg)?;
        }
        // The heaviest operands get names until the line is short.
        while self.weight(id) > LONGEST {
            let args = self.args(id).iter().filter(|arg| !self.is_cheap(**arg));
            match args.max_by_key(|arg| self.weight(**arg)) {
                Some(heaviest) => self.bind_inside(*heaviest)?,
                None => break,
            }
        }
        Ok(())
    }

    fn ready_for(&mut self, user: ArrayId, place: usize, arg: ArrayId) -> Out<()> {
        if self.is_cheap(arg) {
            return self.ready(arg);
        }
        if self.uses[arg.0] > 1 || self.rereads(user, place) {
            return self.bind_inside(arg);
        }
        self.ready(arg)
    }

    /// Gives a name to what an array is a view of.
    fn bind_inside(&mut self, id: ArrayId) -> Out<()> {
        match self.args(id) {
            [inner] if is_view(self.operation(id)) && self.texts[id.0].is_none() => {
                self.bind_inside(*inner)
            }
            _ if self.is_cheap(id) => self.ready(id),
            _ => self.bind(id),
        }
    }

    /// A scalar as an expression.
    pub fn scalar(&mut self, id: ArrayId) -> Out<Text> {
        if self.uses[id.0] > 1 && !self.is_cheap(id) {
            self.bind(id)?;
        } else {
            self.ready(id)?;
        }
        self.entry(id, &[])
    }

    /// Comparisons that hold when an index is out of range, each with what it means.
    pub fn checks(&self) -> Vec<(String, String)> {
        let mut checks: Vec<(String, String)> = Vec::new();
        for (place, array) in self.program.arrays.iter().enumerate().take(self.uses.len()) {
            let (indices, sizes): (&[Dim], Vec<Dim>) = match &array.operation {
                _ if self.uses[place] == 0 => continue,
                Operation::Entry(places) => (places, self.axes(array.args[0]).to_vec()),
                Operation::Unit(i, n) => {
                    let i = i.minus(&Dim::one());
                    checks.extend(self.outside(&i, n));
                    continue;
                }
                _ => continue,
            };
            for (index, size) in indices.iter().zip(&sizes) {
                checks.extend(self.outside(index, size));
            }
        }
        checks.dedup();
        checks
    }

    /// The comparisons that hold when an index, counted from 0, is out of range.
    fn outside(&self, index: &Dim, size: &Dim) -> Vec<(String, String)> {
        let counted = index.plus(&Dim::one());
        let what = format!("index {counted} is out of range for size {size}");
        [index.clone(), size.minus(&counted)]
            .into_iter()
            .filter_map(|difference| {
                let (mut positive, mut negative) = (Dim::constant(0), Dim::constant(0));
                for (factors, n) in difference.terms() {
                    let term = |n| {
                        let one = Dim::constant(n);
                        factors.iter().fold(one, |term, name| term.times(&Dim::symbol(name)))
                    };
                    if *n > 0 {
                        positive = positive.plus(&term(*n));
                    } else {
                        negative = negative.plus(&term(-n));
                    }
                }
                let fits = negative == Dim::constant(0);
                let (small, large) = (self.size(&positive), self.size(&negative));
                (!fits).then(|| (format!("{} < {}", small.text, large.text), what.clone()))
            })
            .collect()
    }

    /// Loops that compute an array.
    pub fn nest(&mut self, id: ArrayId) -> Out<Nest> {
        let args = self.args(id);
        let axes = |body: &Body<'_>, axes: &[Dim], skip: usize| -> Vec<(String, Text)> {
            let names = body.identifiers.indices(skip + axes.len()).split_off(skip);
            names.into_iter().zip(axes.iter().map(|dim| body.size(dim))).collect()
        };
        let at = |loops: &[(String, Text)]| -> Vec<Text> {
            loops.iter().map(|(index, _)| Text::atom(index)).collect()
        };
        let mut fold = Fold::Sum;
        let (mut kept, mut folded) = (Vec::new(), Vec::new());
        let entry = match (self.operation(id), args) {
            (operation @ (Operation::Sum | Operation::Largest), [a]) => {
                self.ready_for(id, 0, *a)?;
                folded = axes(self, self.axes(*a), 0);
                if *operation == Operation::Largest {
                    fold = Fold::Largest;
                }
                self.entry(*a, &at(&folded))?
            }
            (Operation::SumAlong(axis), [a]) => {
                self.ready_for(id, 0, *a)?;
                let mut both = axes(self, self.axes(*a), 0);
                let entry = self.entry(*a, &at(&both))?;
                folded.push(both.remove(*axis));
                kept = both;
                entry
            }
            (Operation::Trace, [a]) => {
                self.ready_for(id, 0, *a)?;
                folded = axes(self, &self.axes(*a)[..1], 0);
                let index = Text::atom(&folded[0].0);
                self.entry(*a, &[index.clone(), index])?
            }
            (Operation::Einsum(words, result), args) => {
                for (place, arg) in args.iter().enumerate() {
                    self.ready_for(id, place, *arg)?;
                }
                let mut letters: Vec<char> = result.chars().collect();
                letters.extend(summed(words, result));
                let sizes: Vec<Dim> = letters
                    .iter()
                    .filter_map(|letter| {
                        let mut places = words.iter().zip(args).filter_map(|(word, arg)| {
                            Some(&self.axes(*arg)[word.chars().position(|c| c == *letter)?])
                        });
                        places.next().cloned()
                    })
                    .collect();
                kept = axes(self, &sizes, 0);
                folded = kept.split_off(result.chars().count().min(kept.len()));
                let all = at(&[&kept[..], &folded[..]].concat());
                self.einsum_entry(words, &letters, args, &all)?
            }
            (operation, _) if is_entrywise(operation) => {
                self.ready(id)?;
                kept = axes(self, self.axes(id), 0);
                self.entry(id, &at(&kept))?
            }
            (operation, _) => return Err(self.unsupported(operation)),
        };
        Ok(Nest { kept, folded, fold, entry })
    }

    /// The call of a function with what it is given besides the matrix: scalars `#2`, `#3`, …, whole numbers `%2`, `%3`, ….
    pub fn with_arguments(
        &mut self,
        called: &str,
        kernel: Kernel,
        rest: &[ArrayId],
    ) -> Result<String, Unsupported> {
        let mut text = String::from(called);
        for (place, argument) in rest.iter().enumerate() {
            let [whole, scalar] = ["%", "#"].map(|sign| format!("{sign}{}", place + 2));
            if called.contains(&whole) {
                let number = match self.operation(*argument) {
                    Operation::Number(number) => number.as_int(),
                    Operation::Size(size) => size.as_constant(),
                    _ => None,
                };
                let number = number.ok_or_else(|| self.unsupported(&Operation::Kernel(kernel)))?;
                text = text.replace(&whole, &number.to_string());
            } else if called.contains(&scalar) {
                text = text.replace(&scalar, &self.scalar(*argument)?.text);
            }
        }
        Ok(text)
    }

    /// That the language has no function for an operation.
    pub fn unsupported(&self, operation: &Operation) -> Unsupported {
        let what = match operation {
            Operation::Kernel(kernel) => described(*kernel, self.registry),
            other => format!("{other:?}"),
        };
        Unsupported::new(format!("`{what}`, which {} has no function for", self.language.title()))
    }

    /// Whether entries are as good as those of an array with a name.
    pub fn is_cheap(&self, id: ArrayId) -> bool {
        use Operation::{Commutation, Eye, Filled, Number, Size, Unit};
        let operation = self.operation(id);
        match operation {
            _ if self.texts[id.0].is_some() => true,
            Number(_) | Size(_) | Eye(_) | Filled(..) | Unit(..) | Commutation(..) => true,
            Operation::Negative if self.rank(id) == 0 => self.is_cheap(self.args(id)[0]),
            Operation::Entrywise(Sign::Over) => self.program.arrays[id.0].constant,
            _ => is_view(operation) && self.args(id).iter().all(|arg| self.is_cheap(*arg)),
        }
    }

    /// The number of operations that an entry is written with.
    fn weight(&self, id: ArrayId) -> usize {
        if self.is_cheap(id) {
            return 0;
        }
        1 + self.args(id).iter().map(|arg| self.weight(*arg)).sum::<usize>()
    }

    /// Whether an operand's entries are read more than once.
    fn rereads(&self, user: ArrayId, place: usize) -> bool {
        let arg = self.args(user)[place];
        match self.operation(user) {
            Operation::Kron | Operation::Outer | Operation::KhatriRao | Operation::Einsum(..) => {
                true
            }
            Operation::Entrywise(_)
            | Operation::Maximum
            | Operation::Minimum
            | Operation::Above => {
                let (own, all) = (self.axes(arg), self.axes(user));
                own.len() < all.len() || own != all
            }
            _ => false,
        }
    }
}

/// What an operation without a spelling is called.
pub(crate) fn described(kernel: Kernel, registry: &Registry) -> String {
    match registry.with_kernel(kernel) {
        Some(id) => String::from(registry.op(id).name),
        None => format!("{kernel:?}"),
    }
}

/// The letters that are summed over, in order of appearance.
pub(super) fn summed(words: &[String], result: &str) -> Vec<char> {
    let mut summed = Vec::new();
    for letter in words.iter().flat_map(|word| word.chars()) {
        if !result.contains(letter) && !summed.contains(&letter) {
            summed.push(letter);
        }
    }
    summed
}

/// Whether entries are entries of the operand, or zero.
fn is_view(operation: &Operation) -> bool {
    use Operation::*;
    matches!(
        operation,
        Transpose
            | Column
            | Row
            | Reshape(_)
            | Ravel
            | StackedColumns
            | Unstacked(..)
            | Entry(_)
            | Diagonalised
            | Diagonal
            | Lower
            | Upper
    )
}

/// Whether an entry is computed from few entries of the operands.
pub(crate) fn is_entrywise(operation: &Operation) -> bool {
    use Operation::*;
    match operation {
        Input(_) | Number(_) | Size(_) | Entrywise(_) | Negative | Map(..) | Maximum | Minimum
        | Above | Outer | Kron | KhatriRao | Eye(_) | Filled(..) | Commutation(..) | Unit(..)
        | Concatenate | StackRows | StackColumns => true,
        Einsum(words, result) => summed(words, result).is_empty(),
        other => is_view(other),
    }
}
