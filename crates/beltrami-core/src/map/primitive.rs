//! The records of the functions that are computed as such.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use super::Formula::{Difference, Neg, Number, Of, Product, Quotient, Square, Sum, X};
use super::{AtZero, Bend, Domain, Formula, Map, MapRecord, Parity, Spelling};
use crate::number::Number::{Float, Rational};

impl Map {
    /// All of them.
    pub const ALL: [Map; 23] = [
        Map::Sin,
        Map::Cos,
        Map::Tan,
        Map::Arcsin,
        Map::Arccos,
        Map::Arctan,
        Map::Sinh,
        Map::Cosh,
        Map::Tanh,
        Map::Exp,
        Map::Log,
        Map::Sqrt,
        Map::Abs,
        Map::Sign,
        Map::Step,
        Map::Relu,
        Map::LeakyRelu,
        Map::Sigmoid,
        Map::Softplus,
        Map::Gelu,
        Map::Erf,
        Map::Log1p,
        Map::Expm1,
    ];

    /// What is known of it.
    pub fn record(self) -> &'static MapRecord {
        match self {
            Map::Sin => &SIN,
            Map::Cos => &COS,
            Map::Tan => &TAN,
            Map::Arcsin => &ARCSIN,
            Map::Arccos => &ARCCOS,
            Map::Arctan => &ARCTAN,
            Map::Sinh => &SINH,
            Map::Cosh => &COSH,
            Map::Tanh => &TANH,
            Map::Exp => &EXP,
            Map::Log => &LOG,
            Map::Sqrt => &SQRT,
            Map::Abs => &ABS,
            Map::Sign => &SIGN,
            Map::Step => &STEP,
            Map::Relu => &RELU,
            Map::LeakyRelu => &LEAKYRELU,
            Map::Sigmoid => &SIGMOID,
            Map::Softplus => &SOFTPLUS,
            Map::Gelu => &GELU,
            Map::Erf => &ERF,
            Map::Log1p => &LOG1P,
            Map::Expm1 => &EXPM1,
        }
    }
}

const ONE: Formula = Number(Rational(1, 1));
const HALF: Formula = Number(Rational(1, 2));

/// `1/sqrt(1 - x^2)`.
const ARCSINE_SLOPE: Formula = Quotient(&ONE, &Of(Map::Sqrt, &Difference(&ONE, &Square(&X))));

/// `Φ(x)`, `(1 + erf(x/sqrt(2)))/2`.
const NORMAL_DISTRIBUTION: Formula =
    Product(&HALF, &Sum(&ONE, &Of(Map::Erf, &Product(&irrational(FRAC_1_SQRT_2), &X))));

/// `φ(x)`, `exp(-x^2/2)/sqrt(2*π)`.
const NORMAL_DENSITY: Formula = Product(
    &irrational(0.5 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2),
    &Of(Map::Exp, &Product(&Number(Rational(-1, 2)), &Square(&X))),
);

const fn irrational(x: f64) -> Formula {
    Number(Float(x))
}

static SIN: MapRecord = MapRecord {
    name: "sin",
    slope: Some(Of(Map::Cos, &X)),
    parity: Some(Parity::Odd),
    keeps_zero: true,
    bend: Some(Bend::Either),
    spelling: Spelling { torch: "torch.sin(#1)", julia: "sin", rust: ".sin", c: "sin" },
    ..MapRecord::BASE
};

static COS: MapRecord = MapRecord {
    name: "cos",
    slope: Some(Neg(&Of(Map::Sin, &X))),
    parity: Some(Parity::Even),
    bend: Some(Bend::Either),
    spelling: Spelling { torch: "torch.cos(#1)", julia: "cos", rust: ".cos", c: "cos" },
    ..MapRecord::BASE
};

static TAN: MapRecord = MapRecord {
    name: "tan",
    slope: Some(Sum(&ONE, &Square(&Of(Map::Tan, &X)))),
    parity: Some(Parity::Odd),
    keeps_zero: true,
    domain: Domain::OffPolesOfTangent,
    bend: Some(Bend::Either),
    spelling: Spelling { torch: "torch.tan(#1)", julia: "tan", rust: ".tan", c: "tan" },
    ..MapRecord::BASE
};

static ARCSIN: MapRecord = MapRecord {
    name: "arcsin",
    slope: Some(ARCSINE_SLOPE),
    parity: Some(Parity::Odd),
    keeps_zero: true,
    domain: Domain::Between(-1.0, 1.0),
    spelling: Spelling { torch: "torch.arcsin(#1)", julia: "asin", rust: ".asin", c: "asin" },
    ..MapRecord::BASE
};

static ARCCOS: MapRecord = MapRecord {
    name: "arccos",
    slope: Some(Neg(&ARCSINE_SLOPE)),
    domain: Domain::Between(-1.0, 1.0),
    spelling: Spelling { torch: "torch.arccos(#1)", julia: "acos", rust: ".acos", c: "acos" },
    ..MapRecord::BASE
};

static ARCTAN: MapRecord = MapRecord {
    name: "arctan",
    slope: Some(Quotient(&ONE, &Sum(&ONE, &Square(&X)))),
    parity: Some(Parity::Odd),
    keeps_zero: true,
    bend: Some(Bend::Either),
    spelling: Spelling { torch: "torch.arctan(#1)", julia: "atan", rust: ".atan", c: "atan" },
    ..MapRecord::BASE
};

static SINH: MapRecord = MapRecord {
    name: "sinh",
    slope: Some(Of(Map::Cosh, &X)),
    parity: Some(Parity::Odd),
    keeps_zero: true,
    bend: Some(Bend::ConvexAboveZero),
    overflows: true,
    spelling: Spelling { torch: "torch.sinh(#1)", julia: "sinh", rust: ".sinh", c: "sinh" },
    ..MapRecord::BASE
};

static COSH: MapRecord = MapRecord {
    name: "cosh",
    slope: Some(Of(Map::Sinh, &X)),
    parity: Some(Parity::Even),
    bend: Some(Bend::Convex),
    overflows: true,
    spelling: Spelling { torch: "torch.cosh(#1)", julia: "cosh", rust: ".cosh", c: "cosh" },
    ..MapRecord::BASE
};

static TANH: MapRecord = MapRecord {
    name: "tanh",
    slope: Some(Difference(&ONE, &Square(&Of(Map::Tanh, &X)))),
    parity: Some(Parity::Odd),
    keeps_zero: true,
    bend: Some(Bend::Either),
    spelling: Spelling { torch: "torch.tanh(#1)", julia: "tanh", rust: ".tanh", c: "tanh" },
    ..MapRecord::BASE
};

static EXP: MapRecord = MapRecord {
    name: "exp",
    slope: Some(Of(Map::Exp, &X)),
    bend: Some(Bend::Convex),
    spelling: Spelling { torch: "torch.exp(#1)", julia: "exp", rust: ".exp", c: "exp" },
    ..MapRecord::BASE
};

static LOG: MapRecord = MapRecord {
    name: "log",
    slope: Some(Quotient(&ONE, &X)),
    domain: Domain::Above(0.0),
    bend: Some(Bend::Concave),
    spelling: Spelling { torch: "torch.log(#1)", julia: "log", rust: ".ln", c: "log" },
    ..MapRecord::BASE
};

static SQRT: MapRecord = MapRecord {
    name: "sqrt",
    slope: Some(Quotient(&HALF, &Of(Map::Sqrt, &X))),
    keeps_zero: true,
    domain: Domain::From(0.0),
    bend: Some(Bend::Concave),
    spelling: Spelling { torch: "torch.sqrt(#1)", julia: "sqrt", rust: ".sqrt", c: "sqrt" },
    ..MapRecord::BASE
};

static ABS: MapRecord = MapRecord {
    name: "abs",
    slope: Some(Of(Map::Sign, &X)),
    parity: Some(Parity::Even),
    keeps_zero: true,
    at_zero: AtZero::Kink,
    spelling: Spelling { torch: "torch.abs(#1)", julia: "abs", rust: ".abs", c: "fabs" },
    ..MapRecord::BASE
};

static SIGN: MapRecord = MapRecord {
    name: "sign",
    parity: Some(Parity::Odd),
    keeps_zero: true,
    at_zero: AtZero::Jump,
    spelling: Spelling { torch: "torch.sign(#1)", julia: "sign", rust: "sign", c: "sign" },
    ..MapRecord::BASE
};

static STEP: MapRecord = MapRecord {
    name: "step",
    keeps_zero: true,
    at_zero: AtZero::Jump,
    spelling: Spelling { torch: "(#1 > 0).to(#1.dtype)", julia: "_step", rust: "step", c: "step" },
    ..MapRecord::BASE
};

static RELU: MapRecord = MapRecord {
    name: "relu",
    slope: Some(Of(Map::Step, &X)),
    keeps_zero: true,
    at_zero: AtZero::Kink,
    spelling: Spelling { torch: "torch.relu(#1)", julia: "_relu", rust: "relu", c: "relu" },
    ..MapRecord::BASE
};

static LEAKYRELU: MapRecord = MapRecord {
    name: "leaky_relu",
    slope: Some(Sum(
        &Number(Rational(1, 100)),
        &Product(&Number(Rational(99, 100)), &Of(Map::Step, &X)),
    )),
    keeps_zero: true,
    at_zero: AtZero::Kink,
    spelling: Spelling {
        torch: "torch.where(#1 > 0, #1, 0.01 * #1)",
        julia: "_leaky_relu",
        rust: "leaky_relu",
        c: "leaky_relu",
    },
    ..MapRecord::BASE
};

static SIGMOID: MapRecord = MapRecord {
    name: "sigmoid",
    // y*(1 - y) loses all digits where y rounds to 1; y(x)*y(-x) does not.
    slope: Some(Product(&Of(Map::Sigmoid, &X), &Of(Map::Sigmoid, &Neg(&X)))),
    bend: Some(Bend::Either),
    spelling: Spelling {
        torch: "torch.sigmoid(#1)",
        julia: "_sigmoid",
        rust: "sigmoid",
        c: "sigmoid",
    },
    ..MapRecord::BASE
};

static SOFTPLUS: MapRecord = MapRecord {
    name: "softplus",
    slope: Some(Of(Map::Sigmoid, &X)),
    bend: Some(Bend::Convex),
    // `softplus` of PyTorch is linear from 20 on, which is off by 2e-9.
    spelling: Spelling {
        torch: "torch.logaddexp(torch.zeros_like(#1), #1)",
        julia: "_softplus",
        rust: "softplus",
        c: "softplus",
    },
    ..MapRecord::BASE
};

static GELU: MapRecord = MapRecord {
    name: "gelu",
    // Φ(x) + x*φ(x).
    slope: Some(Sum(&NORMAL_DISTRIBUTION, &Product(&X, &NORMAL_DENSITY))),
    keeps_zero: true,
    spelling: Spelling {
        torch: "0.5 * #1 * (1.0 + torch.erf(#1 * 0.5**0.5))",
        julia: "_gelu",
        rust: "gelu",
        c: "gelu",
    },
    ..MapRecord::BASE
};

static ERF: MapRecord = MapRecord {
    name: "erf",
    slope: Some(Product(&irrational(FRAC_2_SQRT_PI), &Of(Map::Exp, &Neg(&Square(&X))))),
    parity: Some(Parity::Odd),
    keeps_zero: true,
    bend: Some(Bend::Either),
    spelling: Spelling { torch: "torch.erf(#1)", julia: "_erf", rust: "erf", c: "erf" },
    ..MapRecord::BASE
};

static LOG1P: MapRecord = MapRecord {
    name: "log1p",
    slope: Some(Quotient(&ONE, &Sum(&ONE, &X))),
    keeps_zero: true,
    domain: Domain::Above(-1.0),
    spelling: Spelling { torch: "torch.log1p(#1)", julia: "log1p", rust: ".ln_1p", c: "log1p" },
    ..MapRecord::BASE
};

static EXPM1: MapRecord = MapRecord {
    name: "expm1",
    slope: Some(Of(Map::Exp, &X)),
    keeps_zero: true,
    overflows: true,
    spelling: Spelling { torch: "torch.expm1(#1)", julia: "expm1", rust: ".exp_m1", c: "expm1" },
    ..MapRecord::BASE
};
