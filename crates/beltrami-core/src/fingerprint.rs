//! Fingerprints: a value for every expression by which transposes are recognised.
//!
//! An expression is evaluated over a finite field, with a random 3×3 matrix for each name and another one for its
//! transpose; sums, products and multiples are computed, every other operation is a random matrix again that depends on
//! its arguments' fingerprints (bilinearly where the operation is). Two expressions that are equal by the rules of sums,
//! products and transposition have equal fingerprints, however they are bracketed, ordered or factored; two that are not
//! have different ones but for a chance of about `degree/2⁶¹` (Schwartz 1980, *Fast probabilistic algorithms for
//! verification of polynomial identities*).
//! Matrices of size 3 satisfy no polynomial identity of degree below 6 (Amitsur and Levitzki 1950).

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::facts::Facts;
use crate::graph::{ExprId, Graph, Node};
use crate::kernel::Kernel;
use crate::map::Parity;
use crate::number::Number;
use crate::op::Transposed;
use crate::registry::OpId;
use crate::shape::Shape;

/// The fingerprints of an expression and of its transpose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fingerprint {
    own: Image,
    turned: Image,
}

impl Fingerprint {
    /// Of a node whose arguments are in the graph already.
    pub(crate) fn of(graph: &Graph, node: &Node, shape: &Shape, facts: Facts) -> Fingerprint {
        let print = match node {
            Node::Number(number) => Fingerprint::scalar(residue(*number)),
            Node::Size(dim) => Fingerprint::scalar(digest(&(0_u8, dim))),
            Node::Text(text) => Fingerprint::scalar(digest(&(1_u8, text))),
            Node::Symbol(name) => Fingerprint::random(digest(&(2_u8, name)), shape),
            Node::Apply(op, args) => applied(graph, *op, args, shape),
        };
        if facts.has(Facts::LOWER | Facts::UPPER) {
            // Diagonal matrices commute, and so do their images.
            let own = print.own.diagonal();
            Fingerprint { own, turned: own }
        } else if facts.has(Facts::SYMMETRIC) {
            Fingerprint { turned: print.own, ..print }
        } else if facts.has(Facts::SKEW) {
            Fingerprint { turned: print.own.scaled(P - 1), ..print }
        } else {
            print
        }
    }

    /// Whether this is the other.
    pub(crate) fn is_same_as(&self, other: &Fingerprint) -> bool {
        self.own == other.own
    }

    /// Whether this is the transpose of the other.
    pub(crate) fn is_transpose_of(&self, other: &Fingerprint) -> bool {
        self.turned == other.own
    }

    fn scalar(x: u64) -> Fingerprint {
        let image = Image::identity().scaled(x);
        Fingerprint { own: image, turned: image }
    }

    fn random(seed: u64, shape: &Shape) -> Fingerprint {
        if shape.is_scalar() {
            return Fingerprint::scalar(seed % P);
        }
        Fingerprint { own: Image::random(seed), turned: Image::random(mixed(seed)) }
    }

    fn each(self, f: impl Fn(Image) -> Image) -> Fingerprint {
        Fingerprint { own: f(self.own), turned: f(self.turned) }
    }

    fn plus(self, other: Fingerprint, sign: u64) -> Fingerprint {
        Fingerprint {
            own: self.own.plus(other.own.scaled(sign)),
            turned: self.turned.plus(other.turned.scaled(sign)),
        }
    }
}

fn applied(graph: &Graph, op: OpId, args: &[ExprId], shape: &Shape) -> Fingerprint {
    let kernel = graph.op(op).kernel;
    let prints: Vec<Fingerprint> = args.iter().map(|arg| graph.fingerprint(*arg)).collect();
    match (kernel, &prints[..]) {
        (Kernel::Add, [a, b]) => a.plus(*b, 1),
        (Kernel::Sub, [a, b]) => a.plus(*b, P - 1),
        (Kernel::Neg, [a]) => a.each(|image| image.scaled(P - 1)),
        (Kernel::Scale, [s, a]) => a.each(|image| image.scaled(s.own.corner())),
        (Kernel::Divide, [a, s]) if s.own.corner() != 0 => {
            let inverse = inverse(s.own.corner());
            a.each(|image| image.scaled(inverse))
        }
        (Kernel::Transpose, [a]) => Fingerprint { own: a.turned, turned: a.own },
        (Kernel::Inv, [a]) if graph.facts(args[0]).has(Facts::ORTHOGONAL) => {
            Fingerprint { own: a.turned, turned: a.own }
        }
        (Kernel::MatMul, [a, b]) => {
            let product = Fingerprint { own: a.own.times(b.own), turned: b.turned.times(a.turned) };
            if shape.is_scalar() {
                // A number is its own transpose and commutes: a linear function that treats both alike.
                Fingerprint::scalar(product.own.plus(product.turned).functional())
            } else {
                product
            }
        }
        (Kernel::MatPower, [a, _]) => match graph.number_of(args[1]).and_then(Number::as_int) {
            Some(k @ 2..=8) => (1..k).fold(*a, |power, _| Fingerprint {
                own: power.own.times(a.own),
                turned: power.turned.times(a.turned),
            }),
            _ => opaque(graph, op, graph.op(op).transposed, &prints, shape),
        },
        (Kernel::Kron, [a, b]) if graph.shape(args[0]).is_scalar() => {
            b.each(|image| image.scaled(a.own.corner()))
        }
        (Kernel::Kron, [a, b]) if graph.shape(args[1]).is_scalar() => {
            a.each(|image| image.scaled(b.own.corner()))
        }
        (Kernel::Kron, [a, b]) => {
            Fingerprint { own: a.own.bilinear(b.own, 7), turned: a.turned.bilinear(b.turned, 7) }
        }
        (Kernel::Hadamard, [a, b]) if !shape.is_scalar() => {
            let both = |x: Image, y: Image| x.bilinear(y, 8).plus(y.bilinear(x, 8));
            Fingerprint { own: both(a.own, b.own), turned: both(a.turned, b.turned) }
        }
        // Linear in the numerator; a factor of the denominator goes out inverted.
        (Kernel::EDivide, [a, b]) if !shape.is_scalar() => Fingerprint {
            own: a.own.bilinear(b.own.reciprocal(op), 9),
            turned: a.turned.bilinear(b.turned.reciprocal(op), 9),
        },
        (Kernel::LowerPart, [a]) => Fingerprint { own: a.own.half(0), turned: a.turned.half(1) },
        (Kernel::UpperPart, [a]) => Fingerprint { own: a.own.half(1), turned: a.turned.half(0) },
        (kernel, [a]) if parity(kernel).is_some() && !shape.is_scalar() => {
            let odd = parity(kernel) == Some(Parity::Odd);
            a.each(|image| {
                let (image, negated) = image.without_sign();
                let value = Image::random(digest(&(7_u8, op, image)));
                if odd && negated { value.scaled(P - 1) } else { value }
            })
        }
        (Kernel::Eye, _) => Fingerprint::scalar(1),
        (Kernel::Zeros, _) => Fingerprint::scalar(0),
        (Kernel::Ones, _) => {
            let image = |shape: &Shape| Image::random(digest(&(3_u8, &shape.rows, &shape.cols)));
            Fingerprint { own: image(shape), turned: image(&shape.transposed()) }
        }
        (Kernel::Derivative(of), _) => {
            let transposed = crate::directional::transposed(graph, of, args);
            opaque(graph, op, transposed, &prints, shape)
        }
        _ => opaque(graph, op, graph.op(op).transposed, &prints, shape),
    }
}

fn parity(kernel: Kernel) -> Option<Parity> {
    match kernel {
        Kernel::Map(map) => map.record().parity,
        Kernel::Composed(composition) => composition.formula.parity(),
        _ => None,
    }
}

/// Of an operation that only commutes with transposition in the way its record says.
fn opaque(
    graph: &Graph,
    op: OpId,
    transposed: Transposed,
    args: &[Fingerprint],
    shape: &Shape,
) -> Fingerprint {
    let record = graph.op(op);
    // Where the arguments begin whose order does not matter.
    let commutes = match record.kernel {
        Kernel::Hadamard | Kernel::Max | Kernel::Min => Some(0),
        Kernel::Derivative(of) if transposed != Transposed::Unknown => Some(of.arguments()),
        _ => None,
    };
    let seed = |images: &mut dyn Iterator<Item = Image>| {
        let mut images: Vec<Image> = images.collect();
        if let Some(first) = commutes {
            images[first..].sort_unstable();
        }
        digest(&(4_u8, op, images))
    };
    let own = seed(&mut args.iter().map(|arg| arg.own));
    let turned = match transposed {
        Transposed::Each => seed(&mut args.iter().map(|arg| arg.turned)),
        Transposed::Reverse => seed(&mut args.iter().rev().map(|arg| arg.turned)),
        Transposed::Itself => {
            let sorted = |arg: &Fingerprint| [arg.own.min(arg.turned), arg.own.max(arg.turned)];
            let seed = seed(&mut args.iter().flat_map(sorted));
            return Fingerprint::random(seed, shape);
        }
        Transposed::Unknown => return Fingerprint::random(own, shape),
    };
    if shape.is_scalar() {
        return Fingerprint::scalar(own.min(turned) % P);
    }
    Fingerprint { own: Image::random(own), turned: Image::random(turned) }
}

/// The Mersenne prime 2⁶¹ - 1.
const P: u64 = (1 << 61) - 1;

/// A 3×3 matrix over the integers modulo [`P`], row by row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Image([u64; 9]);

impl Image {
    fn identity() -> Image {
        Image([1, 0, 0, 0, 1, 0, 0, 0, 1])
    }

    fn random(seed: u64) -> Image {
        let mut state = seed;
        Image(std::array::from_fn(|_| {
            state = mixed(state);
            state % P
        }))
    }

    /// A fixed linear function for each of the two triangles.
    fn half(self, upper: u64) -> Image {
        self.bilinear(Image::identity(), 10 + upper)
    }

    /// The same for an image and its negative, and which of the two it is.
    fn without_sign(self) -> (Image, bool) {
        let negative = self.scaled(P - 1);
        if negative < self { (negative, true) } else { (self, false) }
    }

    /// A random function with `f(s*x) = f(x)/s`.
    fn reciprocal(self, op: OpId) -> Image {
        let factor = self.0.into_iter().find(|x| *x != 0).map_or(1, inverse);
        Image::random(digest(&(8_u8, op, self.scaled(factor)))).scaled(factor)
    }

    fn diagonal(self) -> Image {
        Image(std::array::from_fn(|place| if place % 4 == 0 { self.0[place] } else { 0 }))
    }

    fn corner(self) -> u64 {
        self.0[0]
    }

    fn plus(self, other: Image) -> Image {
        Image(std::array::from_fn(|k| (self.0[k] + other.0[k]) % P))
    }

    fn scaled(self, factor: u64) -> Image {
        Image(self.0.map(|x| product(x, factor)))
    }

    fn times(self, other: Image) -> Image {
        Image(std::array::from_fn(|place| {
            let (row, col) = (place / 3, place % 3);
            (0..3).fold(0, |sum, k| (sum + product(self.0[3 * row + k], other.0[3 * k + col])) % P)
        }))
    }

    /// A fixed bilinear function, another one for each `kind`: two fixed matrices in general position keep it apart from
    /// every product.
    fn bilinear(self, other: Image, kind: u64) -> Image {
        self.times(Image::random(kind)).times(other).times(Image::random(mixed(kind)))
    }

    /// A fixed linear function in general position.
    fn functional(self) -> u64 {
        let weights = Image::random(5);
        (0..9).fold(0, |sum, k| (sum + product(self.0[k], weights.0[k])) % P)
    }
}

fn product(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(P)) as u64
}

/// By Fermat's little theorem.
fn inverse(a: u64) -> u64 {
    let (mut power, mut square, mut exponent) = (1, a, P - 2);
    while exponent > 0 {
        if exponent % 2 == 1 {
            power = product(power, square);
        }
        square = product(square, square);
        exponent /= 2;
    }
    power
}

fn residue(number: Number) -> u64 {
    let modulo = |n: i64| i128::from(n).rem_euclid(i128::from(P)) as u64;
    match number {
        Number::Rational(p, q) if modulo(q) != 0 => product(modulo(p), inverse(modulo(q))),
        _ => digest(&(6_u8, number.to_f64().to_bits())),
    }
}

fn digest(value: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    mixed(hasher.finish()) % P
}

/// One step of SplitMix64 (Steele, Lea and Flood 2014).
fn mixed(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
