//! The text of an einsum, read.

/// Operands and result, each a list of axes, each axis a group of indices, slow index first.
pub(crate) struct Einsum {
    pub operands: Vec<Vec<Vec<char>>>,
    pub result: Vec<Vec<char>>,
}

impl Einsum {
    /// Reads `(ab)c,cd->(ab)d`; `None` when the text is not of this form.
    pub fn read(text: &str) -> Option<Einsum> {
        let (left, right) = text.split_once("->")?;
        let operands = left.split(',').map(axes).collect::<Option<Vec<_>>>()?;
        Some(Einsum { operands, result: axes(right)? })
    }

    /// The indices that are summed over, in order of appearance.
    pub fn summed(&self) -> Vec<char> {
        let mut summed = Vec::new();
        for index in self.operands.iter().flatten().flatten() {
            if !self.result.iter().flatten().any(|kept| kept == index) && !summed.contains(index) {
                summed.push(*index);
            }
        }
        summed
    }
}

fn axes(text: &str) -> Option<Vec<Vec<char>>> {
    let mut axes: Vec<Vec<char>> = Vec::new();
    let mut group: Option<Vec<char>> = None;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match (c, &mut group) {
            ('(', None) => group = Some(Vec::new()),
            (')', Some(_)) => axes.extend(group.take()),
            (c, Some(group)) if c.is_alphanumeric() => group.push(c),
            (c, None) if c.is_alphanumeric() => axes.push(vec![c]),
            _ => return None,
        }
    }
    group.is_none().then_some(axes)
}
