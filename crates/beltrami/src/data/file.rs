//! NumPy's files.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use beltrami_diag::{Code, codes};
use npyz::{AutoSerialize, DType, NpyFile, Order, TypeChar, WriterBuilder};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{Array, refused};
use crate::session::Failure;

/// The most bytes that an array in an archive may unpack to.
const MOST_BYTES: u64 = 8 << 30;

/// The array of a `.npy` file.
pub fn array(path: &str) -> Result<Array, Failure> {
    parse(&bytes(path)?).map_err(|wrong| wrong.of(path))
}

/// All arrays of a `.npz` file.
pub fn archive(path: &str) -> Result<Vec<(String, Array)>, Failure> {
    let broken = |error: zip::result::ZipError| Wrong::file(error.to_string()).of(path);
    let mut archive = ZipArchive::new(Cursor::new(bytes(path)?)).map_err(broken)?;
    let mut arrays = Vec::new();
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(broken)?;
        let name = file.name().map_err(broken)?.into_owned();
        let Some(name) = name.strip_suffix(".npy").map(str::to_string) else { continue };
        let mut bytes = Vec::new();
        file.take(MOST_BYTES)
            .read_to_end(&mut bytes)
            .map_err(|error| Wrong::file(error.to_string()).of(path))?;
        let array = parse(&bytes).map_err(|wrong| wrong.of(&format!("{name} in {path}")))?;
        arrays.push((name, array));
    }
    Ok(arrays)
}

/// The array of this name in a `.npz` file, or its only one.
pub fn member(path: &str, name: &str) -> Result<Array, Failure> {
    let mut arrays = archive(path)?;
    if let Some(place) = arrays.iter().position(|(own, _)| own == name) {
        return Ok(arrays.swap_remove(place).1);
    }
    let names: Vec<&str> = arrays.iter().map(|(name, _)| name.as_str()).collect();
    let hint = format!("it holds: {}", names.join(", "));
    match &mut arrays[..] {
        [(_, array)] => Ok(array.clone()),
        _ => Err(refused(&codes::E0601, format!("`{path}` holds no `{name}`"), &hint)),
    }
}

/// An array as the bytes of a `.npy` file.
pub fn npy<T: AutoSerialize>(axes: &[usize], entries: &[T]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let shape: Vec<u64> = axes.iter().map(|n| *n as u64).collect();
    let mut writer =
        npyz::WriteOptions::new().default_dtype().shape(&shape).writer(&mut bytes).begin_nd()?;
    writer.extend(entries)?;
    writer.finish()?;
    Ok(bytes)
}

/// Named arrays as the bytes of a `.npz` file.
pub fn npz<T: AutoSerialize>(arrays: &[(&str, &[usize], &[T])]) -> std::io::Result<Vec<u8>> {
    npz_with(arrays, &[])
}

/// The same with texts beside the arrays, which NumPy's `load` gives as bytes under their names.
pub fn npz_with<T: AutoSerialize>(
    arrays: &[(&str, &[usize], &[T])],
    texts: &[(&str, &str)],
) -> std::io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Floating-point numbers hardly compress, and NumPy stores them plain as well.
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    for (name, axes, entries) in arrays {
        archive.start_file(format!("{name}.npy"), options)?;
        archive.write_all(&npy(axes, entries)?)?;
    }
    for (name, text) in texts {
        archive.start_file(*name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

struct Wrong {
    code: &'static Code,
    reason: String,
    hint: &'static str,
}

impl Wrong {
    fn file(reason: impl Into<String>) -> Wrong {
        Wrong {
            code: &codes::E0603,
            reason: reason.into(),
            hint: "data is read from `.npy` and `.npz` files as NumPy writes them",
        }
    }

    fn of(self, name: &str) -> Failure {
        refused(self.code, format!("cannot read `{name}`: {}", self.reason), self.hint)
    }
}

fn bytes(path: &str) -> Result<Vec<u8>, Failure> {
    std::fs::read(Path::new(path)).map_err(|error| {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "no such file".to_string(),
            _ => error.to_string().split(" (os error").next().unwrap_or_default().to_lowercase(),
        };
        Wrong::file(reason).of(path)
    })
}

fn parse(bytes: &[u8]) -> Result<Array, Wrong> {
    let broken = |error: std::io::Error| Wrong::file(format!("no NumPy array ({error})"));
    let file = NpyFile::new(bytes).map_err(broken)?;
    let axes: Vec<usize> = file.shape().iter().filter_map(|n| usize::try_from(*n).ok()).collect();
    if file.shape().len() > 2 {
        return Err(Wrong {
            code: &codes::E0602,
            reason: format!("it has {} axes, and names have at most two", file.shape().len()),
            hint: "reshape it to a matrix or a vector",
        });
    }
    let (kind, size) = match file.dtype() {
        DType::Plain(plain) => (plain.type_char(), plain.size_field()),
        _ => return Err(Wrong::file("its entries are records")),
    };
    let length = axes.iter().try_fold(1_usize, |product, n| product.checked_mul(*n));
    // A header may claim anything; what it claims is not reserved before it is there.
    if length.and_then(|n| n.checked_mul(size as usize)).is_none_or(|n| n > bytes.len()) {
        return Err(Wrong::file("it is shorter than its header says"));
    }
    let fortran = file.order() == Order::Fortran;
    macro_rules! entries {
        ($type:ty) => {
            file.into_vec::<$type>().map_err(broken)?.into_iter().map(|x| x as f64).collect()
        };
    }
    let entries: Vec<f64> = match (kind, size) {
        (TypeChar::Float, 8) => file.into_vec::<f64>().map_err(broken)?,
        (TypeChar::Float, 4) => entries!(f32),
        (TypeChar::Float, 2) => {
            file.into_vec::<half::f16>().map_err(broken)?.into_iter().map(f64::from).collect()
        }
        (TypeChar::Int, 8) => entries!(i64),
        (TypeChar::Int, 4) => entries!(i32),
        (TypeChar::Int, 2) => entries!(i16),
        (TypeChar::Int, 1) => entries!(i8),
        (TypeChar::Uint, 8) => entries!(u64),
        (TypeChar::Uint, 4) => entries!(u32),
        (TypeChar::Uint, 2) => entries!(u16),
        (TypeChar::Uint, 1) => entries!(u8),
        (TypeChar::Bool, _) => {
            file.into_vec::<bool>().map_err(broken)?.into_iter().map(f64::from).collect()
        }
        _ => {
            return Err(Wrong {
                code: &codes::E0603,
                reason: format!("its entries are of type {}", file.dtype().descr()),
                hint: "types read are float64, float32, float16, integers and bool; convert it with `.astype(float)`",
            });
        }
    };
    let entries = match axes[..] {
        [rows, cols] if fortran => {
            (0..rows * cols).map(|k| entries[(k % cols) * rows + k / cols]).collect()
        }
        _ => entries,
    };
    Ok(Array { axes, entries, literal: false, single: kind == TypeChar::Float && size <= 4 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_survive_a_round_trip() {
        let bytes = npy(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).expect("memory takes all bytes");
        let array = parse(&bytes).unwrap_or_else(|wrong| panic!("{}", wrong.reason));
        assert_eq!((array.axes, array.entries), (vec![2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    }

    #[test]
    fn short_numbers_are_read() {
        let mut bytes = Vec::new();
        let mut writer = npyz::WriteOptions::<half::f16>::new()
            .default_dtype()
            .shape(&[2])
            .writer(&mut bytes)
            .begin_nd()
            .expect("memory takes all bytes");
        writer.extend([half::f16::from_f64(0.1), half::f16::MAX]).expect("memory takes all bytes");
        writer.finish().expect("memory takes all bytes");
        let array = parse(&bytes).unwrap_or_else(|wrong| panic!("{}", wrong.reason));
        assert_eq!((array.entries, array.single), (vec![0.099_975_585_937_5, 65504.0], true));
    }

    #[test]
    fn a_header_that_claims_too_much_is_refused() {
        let mut bytes = npy(&[2], &[1.0, 2.0]).expect("memory takes all bytes");
        bytes.truncate(bytes.len() - 1);
        assert!(parse(&bytes).is_err());
        assert!(parse(b"\x93NUMPY").is_err());
        assert!(parse(b"").is_err());
    }
}
