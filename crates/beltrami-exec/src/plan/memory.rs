//! Where numbers lie, and in which order: a value is read row by row or as its transpose, and nothing gives its entries without
//! saying which.

use beltrami_linalg::dense::{Buffer, View};

use crate::plan::kron::Factor;
use crate::plan::real::Real;
use crate::plan::tile::Value;

/// Where numbers lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Input(usize),
    Buffer(usize),
    Output(usize),
}

/// Where a value is read, and the layout of what lies there: its rows, or its columns because its transpose was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Read {
    Rows(Rows),
    Columns(Place),
}

/// A place where the entries of a value lie row by row.
///
/// For a line, that is also column by column. It is made from a [`Read`] that says so, or by a step that wrote them there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rows(Place);

impl Rows {
    /// What a step wrote, which is always row by row.
    pub(crate) fn written(to: Place) -> Rows {
        Rows(to)
    }

    /// Where it lies, for the order of steps.
    pub(crate) fn place(self) -> Place {
        self.0
    }
}

impl Read {
    /// The same entries as those of the transpose.
    pub(crate) fn transposed(self) -> Read {
        match self {
            Read::Rows(Rows(place)) => Read::Columns(place),
            Read::Columns(place) => Read::Rows(Rows(place)),
        }
    }

    /// Where it lies, for the order of steps; entries are read through [`Memory`], which asks for the layout.
    pub(crate) fn place(self) -> Place {
        match self {
            Read::Rows(Rows(place)) | Read::Columns(place) => place,
        }
    }

    /// Where its rows lie, if they do.
    pub(crate) fn rows(self) -> Option<Rows> {
        match self {
            Read::Rows(rows) => Some(rows),
            Read::Columns(_) => None,
        }
    }

    pub(crate) fn is_turned(self) -> bool {
        matches!(self, Read::Columns(_))
    }
}

/// A matrix to read with its size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shaped {
    pub(crate) read: Read,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
}

impl Shaped {
    pub(crate) fn len(&self) -> usize {
        self.rows * self.cols
    }
}

/// A column, or one number for all of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Column<T> {
    Number(T),
    Entries(Rows),
}

/// A factor of a Kronecker product.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KronFactor<T> {
    Dense(Shaped),
    Diagonal(Column<T>, usize),
}

/// The numbers that steps read and write.
pub(crate) struct Memory<'m, 'i, 'o, T> {
    pub(crate) inputs: &'m [&'i [T]],
    pub(crate) buffers: &'m mut [Buffer<T>],
    pub(crate) outputs: Outputs<'m, 'o, T>,
}

/// Where results go: to the caller, who may have changed what was written there, or to the plan.
pub(crate) enum Outputs<'m, 'o, T> {
    Given(&'m mut [&'o mut [T]]),
    Own(&'m mut [Buffer<T>]),
}

impl<'o, T> Outputs<'_, 'o, T> {
    pub(crate) fn own(&mut self, k: usize, result: Buffer<T>) {
        if let Outputs::Own(results) = self {
            results[k] = result;
        }
    }

    pub(crate) fn give(&mut self, k: usize, output: &'o mut [T]) {
        if let Outputs::Given(outputs) = self {
            outputs[k] = output;
        }
    }
}

impl<T: Real> Memory<'_, '_, '_, T> {
    /// The entries row by row.
    pub(crate) fn rows(&self, Rows(place): Rows) -> &[T] {
        match place {
            Place::Input(k) => self.inputs[k],
            Place::Buffer(k) => &self.buffers[k],
            Place::Output(k) => match &self.outputs {
                Outputs::Given(outputs) => outputs[k],
                Outputs::Own(results) => &results[k],
            },
        }
    }

    /// The entries as they lie, and whether they are those of the transpose row by row.
    pub(crate) fn either(&self, read: Read) -> (&[T], bool) {
        (self.rows(Rows(read.place())), read.is_turned())
    }

    pub(crate) fn view(&self, a: &Shaped) -> View<'_, T> {
        match self.either(a.read) {
            (data, true) => View::new(data, a.cols, a.rows).transpose(),
            (data, false) => View::new(data, a.rows, a.cols),
        }
    }

    pub(crate) fn dense(&self, a: &Shaped) -> Factor<'_, T> {
        let (data, turned) = self.either(a.read);
        Factor::Dense { data, rows: a.rows, cols: a.cols, turned }
    }

    pub(crate) fn factor<'a>(&'a self, factor: &'a KronFactor<T>) -> Factor<'a, T> {
        match factor {
            KronFactor::Dense(a) => self.dense(a),
            KronFactor::Diagonal(Column::Number(x), n) => {
                Factor::Diagonal { entries: std::slice::from_ref(x), n: *n }
            }
            KronFactor::Diagonal(Column::Entries(rows), n) => {
                Factor::Diagonal { entries: self.rows(*rows), n: *n }
            }
        }
    }

    pub(crate) fn value(&self, v: Column<T>) -> Value<'_, T> {
        match v {
            Column::Number(x) => Value::Number(x),
            Column::Entries(rows) => Value::Slice(self.rows(rows)),
        }
    }
}
