//! Derives a gradient, compiles and runs it, asks for a polar factor with a bound, and prints an error.

use beltrami::{Array, Error, PolarOptions, Problem, polar};

fn main() -> Result<(), Error> {
    let problem = Problem::parse("norm2(A*x - y)^2")?;
    let problem = problem.with("A: matrix(m,n), x: vector(n), y: vector(m)")?;
    let gradient = problem.derivative("x")?;
    println!("gradient: {gradient}");

    let mut function = gradient.compile([("m", 3), ("n", 2)])?;
    let a = Array::from([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]);
    let (x, y) = (Array::from(vec![1.0, -1.0]), Array::from(vec![0.5, 0.0, 1.0]));
    let value = function.call([("A", &a), ("x", &x), ("y", &y)])?;
    println!("at the data: {:?}, shape {:?}", value.to_f64(), value.shape());

    let found = polar(&a, &PolarOptions::accuracy(1e-10))?;
    let proved = found.bound.is_some_and(|bound| bound <= 1e-10);
    println!("polar factor of shape {:?}, ten digits proved: {proved}", found.factor.shape());

    if let Err(error) = function.call([("A", &y), ("x", &x), ("y", &y)]) {
        println!("{:?}: {error}", error.kind());
    }
    Ok(())
}
