//! Products, quotients and signs: what stands on one line between plus signs.

/// How a factor is joined to those before it; all bind equally and group from the left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    Scale,
    MatMul,
    Divide,
    Hadamard,
    EDivide,
}

/// Scalar factors, then the others: a scalar between two matrices is written in front, as it is read back.
#[derive(Clone, Default)]
pub(super) struct Product {
    scalars: Vec<Factor>,
    body: Vec<Factor>,
}

/// One factor, its sign apart.
#[derive(Clone)]
struct Factor {
    joint: Joint,
    negative: bool,
    kind: Kind,
    /// Without sign and without the parentheses its kind asks for.
    text: String,
    /// Whether it ends a matrix product that is a vector: what follows is a row.
    ends_vector: bool,
    /// The factors of a product, for when its parentheses can go.
    inner: Vec<Factor>,
}

/// What a factor is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What a postfix sign may follow.
    Atom,
    /// A power.
    Power,
    /// A quotient of numbers, in parentheses among other factors.
    Ratio,
    /// A product, in parentheses.
    Product,
    /// A sum, in parentheses.
    Sum,
}

impl Product {
    /// A product of one factor.
    pub fn of(kind: Kind, text: String) -> Product {
        Product { scalars: Vec::new(), body: vec![Factor::new(kind, text)] }
    }

    /// The only factor, when there is one and it has no sign.
    pub fn only(&self) -> Option<(Kind, &str)> {
        match (self.scalars.as_slice(), self.body.as_slice()) {
            ([], [only]) if !only.negative => Some((only.kind, &only.text)),
            _ => None,
        }
    }

    /// The number of bytes of the text, nearly.
    pub fn len(&self) -> usize {
        self.scalars.iter().chain(&self.body).map(|factor| factor.text.len() + 2).sum()
    }

    /// Whether the text starts with a minus sign.
    pub fn is_negative(&self) -> bool {
        self.scalars.first().or(self.body.first()).is_some_and(|first| first.negative)
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (place, factor) in self.scalars.iter().chain(&self.body).enumerate() {
            if place > 0 {
                let joint = if place == self.scalars.len() { Joint::Scale } else { factor.joint };
                text.push_str(joint.symbol());
            }
            factor.write(place == 0, &mut text);
        }
        text
    }

    /// The negative; two minus signs cancel.
    pub fn negated(mut self) -> Product {
        if let Some(first) = self.scalars.first_mut().or(self.body.first_mut()) {
            first.negative = !first.negative;
        }
        self
    }

    /// A scalar times anything.
    pub fn scale(scalar: Product, other: Product) -> Product {
        let Product { mut scalars, body: last } = scalar;
        extend(&mut scalars, last, Joint::Scale);
        // `x'*y*(u.*v)` is not written like `(x'*y*u).*v`.
        let apart =
            has(&scalars, |joint| joint == Joint::MatMul) && has(&other.body, Joint::is_entrywise);
        let body = if apart { vec![enclosed(other.body)] } else { other.body };
        extend(&mut scalars, other.scalars, Joint::Scale);
        Product { scalars, body }
    }

    /// A matrix product; where a row meets a vector, what stands before is a scalar.
    pub fn matmul(
        left: Product,
        right: Product,
        left_is_vector: bool,
        left_is_row: bool,
    ) -> Product {
        let (mut scalars, mut body) = (left.scalars, without(left.body, Joint::is_entrywise));
        if let Some(last) = body.last_mut() {
            last.ends_vector = left_is_vector;
        }
        extend(&mut scalars, right.scalars, Joint::Scale);
        extend(&mut body, without(right.body, Joint::is_entrywise), Joint::MatMul);
        let inner = body.len().saturating_sub(1);
        if left_is_row
            && let Some(end) = body[..inner].iter().rposition(|factor| factor.ends_vector)
        {
            let rest = body.split_off(end + 1);
            extend(&mut scalars, body, Joint::Scale);
            body = rest;
        }
        Product { scalars, body }
    }

    /// An entry-wise product or quotient.
    pub fn entrywise(left: Product, right: Product, joint: Joint) -> Product {
        let is_matmul = |joint: Joint| joint == Joint::MatMul;
        let (scalars, mut body) = (left.scalars, without(opened(left.body), is_matmul));
        let flat = match joint {
            Joint::Hadamard => right.scalars.is_empty() && !has(&right.body, is_matmul),
            _ => right.is_single(),
        };
        extend(&mut body, right.flat_if(flat), joint);
        Product { scalars, body }
    }

    /// Anything over a scalar.
    pub fn divide(left: Product, divisor: Product) -> Product {
        let (scalars, mut body) = (left.scalars, opened(left.body));
        let single = divisor.is_single();
        extend(&mut body, divisor.flat_if(single), Joint::Divide);
        Product { scalars, body }
    }

    fn is_single(&self) -> bool {
        self.scalars.is_empty() && self.body.len() == 1
    }

    /// The factors, as they are or as one.
    fn flat_if(mut self, flat: bool) -> Vec<Factor> {
        if flat {
            return self.body;
        }
        extend(&mut self.scalars, self.body, Joint::Scale);
        vec![enclosed(self.scalars)]
    }
}

impl Factor {
    fn new(kind: Kind, text: String) -> Factor {
        Factor {
            joint: Joint::Scale,
            negative: false,
            kind,
            text,
            ends_vector: false,
            inner: Vec::new(),
        }
    }

    fn write(&self, first: bool, out: &mut String) {
        let tight = matches!(self.kind, Kind::Atom | Kind::Power);
        let (open, close) = match (self.negative, first) {
            (false, _) if tight => ("", ""),
            (false, _) => ("(", ")"),
            (true, true) if tight => ("-", ""),
            (true, true) => ("-(", ")"),
            (true, false) if self.kind == Kind::Sum => ("(-(", "))"),
            (true, false) => ("(-", ")"),
        };
        [open, &self.text, close].iter().for_each(|part| out.push_str(part));
    }
}

impl Joint {
    fn symbol(self) -> &'static str {
        match self {
            Joint::Scale | Joint::MatMul => "*",
            Joint::Divide => "/",
            Joint::Hadamard => ".*",
            Joint::EDivide => "./",
        }
    }

    fn is_entrywise(self) -> bool {
        matches!(self, Joint::Hadamard | Joint::EDivide)
    }
}

fn has(factors: &[Factor], wanted: impl Fn(Joint) -> bool) -> bool {
    factors.iter().skip(1).any(|factor| wanted(factor.joint))
}

fn extend(factors: &mut Vec<Factor>, mut more: Vec<Factor>, joint: Joint) {
    if let Some(first) = more.first_mut() {
        first.joint = joint;
    }
    factors.append(&mut more);
}

/// The factors, as one when any of them is joined in an unwanted way.
fn without(body: Vec<Factor>, unwanted: impl Fn(Joint) -> bool) -> Vec<Factor> {
    if has(&body, unwanted) { vec![enclosed(body)] } else { body }
}

/// Several factors as one in parentheses; the sign of the first becomes its own.
fn enclosed(mut factors: Vec<Factor>) -> Factor {
    let mut negative = false;
    for (place, factor) in factors.iter_mut().enumerate() {
        factor.inner = Vec::new();
        if place == 0 {
            negative = std::mem::take(&mut factor.negative);
        }
    }
    let product = Product { scalars: Vec::new(), body: factors };
    let text = product.text();
    Factor { negative, inner: product.body, ..Factor::new(Kind::Product, text) }
}

/// An entry-wise product in parentheses, without them: what follows goes on from the left anyway.
fn opened(mut body: Vec<Factor>) -> Vec<Factor> {
    match body.as_mut_slice() {
        [only]
            if has(&only.inner, Joint::is_entrywise)
                && !has(&only.inner, |joint| joint == Joint::MatMul) =>
        {
            let mut inner = std::mem::take(&mut only.inner);
            if let Some(first) = inner.first_mut() {
                first.negative = only.negative;
            }
            inner
        }
        _ => body,
    }
}
