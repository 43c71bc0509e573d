//! NumPy's archives: arrays by name, each of which is unpacked when it is asked for and no further than its header says.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Seek, Write};

use beltrami_diag::{Error, codes};
use zip::read::ZipReadOptions;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::npy::{self, Extent};
use super::{Chosen, Found, Listed, Part, Request};
use crate::array::{Array, ArrayView};
use crate::budget::Budget;
use crate::source::Source;
use crate::wrong::{Wrong, listed, quoted, unwritable};

/// Bytes of a member that can be a single number.
const MOST_OF_A_NUMBER: u64 = 1 << 10;

/// The array of an archive that is wanted.
pub fn read(request: Request<'_>) -> Result<Found, Wrong> {
    let Request { source, part, budget, .. } = request;
    let mut archive = Archive::open(source.seekable()?)?;
    let array = match part {
        Part::Named(name) => archive.named(name, budget)?,
        Part::Perhaps(name) | Part::Whole(name) => archive.named_or_only(name, budget)?,
    };
    Ok(Found { array, remark: None })
}

/// The arrays of an archive that are chosen.
pub fn list(source: Source<'_>, chosen: &Chosen<'_>, budget: &mut Budget) -> Listed {
    let open = || Archive::open(source.seekable()?);
    open().map_err(|wrong| (None, wrong))?.all(chosen, budget)
}

/// An open archive.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    /// The bytes of the archive.
    length: u64,
    arrays: Vec<Member>,
}

struct Member {
    name: String,
    place: usize,
    size: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the list of members, and refuses one in which a name is not one array.
    pub fn open(mut source: R) -> Result<Archive<R>, Wrong> {
        let length = source.seek(std::io::SeekFrom::End(0)).map_err(|e| Wrong::system(&e))?;
        let zip = ZipArchive::new(source).map_err(|error| broken(&error))?;
        if zip.has_duplicate_names() {
            return Err(twice());
        }
        let mut arrays = Vec::new();
        let mut names = BTreeSet::new();
        for place in 0..zip.len() {
            let entry = zip.by_index_data(place).map_err(|error| broken(&error))?;
            let name = entry.name().map_err(|error| broken(&error))?;
            if name.contains(['/', '\\', '\0']) || name.starts_with('.') {
                let reason = format!("its member `{}` is a path", quoted(&name));
                return Err(
                    Wrong::file(reason).hint("members are named as in `numpy.savez(F, A=A)`")
                );
            }
            let Some(name) = name.strip_suffix(".npy") else { continue };
            if !names.insert(name.to_owned()) {
                return Err(twice());
            }
            arrays.push(Member { name: name.to_owned(), place, size: entry.size() });
        }
        Ok(Archive { zip, length, arrays })
    }

    /// The arrays that are chosen by their names.
    pub fn all(&mut self, chosen: &Chosen<'_>, budget: &mut Budget) -> Listed {
        let mut found = Vec::new();
        for place in 0..self.arrays.len() {
            let Member { name, size, .. } = &self.arrays[place];
            if (chosen.name)(name) || (*size <= MOST_OF_A_NUMBER && (chosen.number)(name)) {
                let name = name.clone();
                match self.read(place, budget) {
                    Ok(array) => found.push((name, array)),
                    Err(wrong) => return Err((Some(name), wrong)),
                }
            }
        }
        Ok(found)
    }

    /// The array of this name.
    pub fn named(&mut self, name: &str, budget: &mut Budget) -> Result<Array, Wrong> {
        match self.arrays.iter().position(|member| member.name == name) {
            Some(place) => self.read(place, budget),
            None => Err(self.missing(name)),
        }
    }

    /// The array of this name, or the only one.
    pub fn named_or_only(&mut self, name: &str, budget: &mut Budget) -> Result<Array, Wrong> {
        match self.arrays.len() {
            1 => self.read(0, budget),
            _ => self.named(name, budget),
        }
    }

    fn missing(&self, name: &str) -> Wrong {
        let hint = match self.arrays.len() {
            0 => "`numpy.savez` writes archives of arrays".to_owned(),
            _ => format!(
                "it holds: {}; one of them is chosen as in `FILE.npz:{}`",
                listed(self.arrays.iter().map(|member| member.name.as_str())),
                self.arrays.first().map_or("A".into(), |member| quoted(&member.name))
            ),
        };
        Wrong {
            code: &codes::E0601,
            reason: match self.arrays.len() {
                0 => "it holds no arrays".to_owned(),
                _ => format!("it holds no `{}`", quoted(name)),
            },
            hint: hint.into(),
        }
    }

    fn read(&mut self, place: usize, budget: &mut Budget) -> Result<Array, Wrong> {
        let Member { place, size, .. } = self.arrays[place];
        // Where directory and members disagree, readers see different arrays.
        let options = ZipReadOptions::new().enforce_header_consistency(true);
        let mut file =
            self.zip.by_index_with_options(place, options).map_err(|error| broken(&error))?;
        npy::array(&mut file, &Extent { size: Some(size), certain: self.length }, budget)
    }
}

fn twice() -> Wrong {
    Wrong::file("two of its members have the same name").hint("write every array once")
}

fn broken(error: &ZipError) -> Wrong {
    match error {
        ZipError::Io(error) => Wrong::system(error),
        error => Wrong::file(quoted(&error.to_string()).into_owned()),
    }
}

/// Named arrays as the bytes of a file.
pub fn write(arrays: &[(&str, ArrayView<'_>)]) -> Result<Vec<u8>, Wrong> {
    packed(arrays, &[])
}

/// Named arrays as the bytes of a `.npz` file.
///
/// # Errors
/// E0703 for arrays that NumPy's files do not hold.
pub fn npz(arrays: &[(&str, ArrayView<'_>)]) -> Result<Vec<u8>, Error> {
    npz_with(arrays, &[])
}

/// The same with texts beside the arrays, which NumPy's `load` gives as bytes under their names.
///
/// # Errors
/// E0703 for arrays that NumPy's files do not hold.
pub fn npz_with(
    arrays: &[(&str, ArrayView<'_>)],
    texts: &[(&str, &str)],
) -> Result<Vec<u8>, Error> {
    packed(arrays, texts).map_err(unwritable)
}

fn packed(arrays: &[(&str, ArrayView<'_>)], texts: &[(&str, &str)]) -> Result<Vec<u8>, Wrong> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Floating-point numbers hardly compress, and NumPy stores them plain as well.
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    let mut member = |name: String, bytes: &[u8]| -> Result<(), Wrong> {
        archive.start_file(name, options).map_err(|error| unpacked(&error.into()))?;
        archive.write_all(bytes).map_err(|error| unpacked(&error))
    };
    for (name, array) in arrays {
        member(format!("{name}.npy"), &npy::bytes(*array)?)?;
    }
    for (name, text) in texts {
        member((*name).to_owned(), text.as_bytes())?;
    }
    Ok(archive.finish().map_err(|error| unpacked(&error.into()))?.into_inner())
}

fn unpacked(error: &std::io::Error) -> Wrong {
    Wrong::unwritable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            let options = SimpleFileOptions::default();
            archive.start_file(*name, options).expect("a name");
            archive.write_all(bytes).expect("memory takes all bytes");
        }
        archive.finish().expect("memory takes all bytes").into_inner()
    }

    fn npy(axes: &[usize], entries: &[f64]) -> Vec<u8> {
        npy::bytes(ArrayView::new(axes, entries).expect("as many entries"))
            .expect("NumPy has the type")
    }

    fn open(bytes: &[u8]) -> Result<Archive<Cursor<&[u8]>>, Wrong> {
        Archive::open(Cursor::new(bytes))
    }

    #[test]
    fn members_are_read_when_they_are_asked_for() {
        let (one, two) = (npy(&[], &[1.0]), npy(&[2], &[1.0, 2.0]));
        let bytes =
            zipped(&[("A.npy", &one), ("b.npy", &two), ("c.npy", b"no array"), ("d.txt", b"")]);
        let mut archive = open(&bytes).expect("it was written");
        let budget = &mut Budget::default();
        assert_eq!(archive.named("b", budget).expect("it is there").to_f64()[..], [1.0, 2.0]);
        let all = archive
            .all(&Chosen { name: &|name| name == "A", number: &|_| false }, budget)
            .expect("one is asked for");
        assert_eq!(all.len(), 1);
        assert!(archive.all(&Chosen { name: &|_| true, number: &|_| true }, budget).is_err());
        let wrong = archive.named_or_only("x", budget).expect_err("there are three");
        assert!(wrong.hint.to_string().contains("A, b, c"), "{}", wrong.hint);
        let only = zipped(&[("A.npy", &one)]);
        let mut only = open(&only).expect("it was written");
        assert_eq!(only.named_or_only("x", budget).expect("the only one").to_f64()[..], [1.0]);
    }

    #[test]
    fn what_an_unused_member_unpacks_to_is_not_unpacked() {
        let bomb = vec![0; 64 << 20];
        let one = npy(&[], &[1.0]);
        let long = [&npy(&[2], &[1.0, 2.0])[..], &bomb].concat();
        let bytes = zipped(&[("bomb.npy", &bomb), ("A.npy", &one), ("long.npy", &long)]);
        let mut archive = open(&bytes).expect("it was written");
        let budget = &mut Budget::default();
        assert_eq!(archive.named("A", budget).expect("it is there").to_f64()[..], [1.0]);
        let wrong = archive.named("long", budget).expect_err("it is longer");
        assert!(wrong.reason.contains("longer"), "{}", wrong.reason);
    }

    #[test]
    fn names_that_are_paths_or_not_alone_are_refused() {
        let one = npy(&[], &[1.0]);
        for name in ["../A.npy", "/A.npy", "a/b.npy", "a\\b.npy", ".npy"] {
            let bytes = zipped(&[(name, &one)]);
            assert!(open(&bytes).is_err_and(|wrong| wrong.reason.contains("path")), "{name}");
        }
        // Names of one length, of which the bytes are replaced in both places.
        let bytes = zipped(&[("A.npy", &one), ("B.npy", &one)]);
        let twice: Vec<u8> = (0..bytes.len())
            .map(|k| if bytes[k..].starts_with(b"B.npy") { b'A' } else { bytes[k] })
            .collect();
        assert!(open(&twice).is_err_and(|wrong| wrong.reason.contains("same name")));
    }

    #[test]
    fn a_member_that_is_damaged_is_refused() {
        let array = npy(&[3], &[1.0, 2.0, 3.0]);
        let mut bytes =
            npz(&[("A", Array::list(vec![1.0, 2.0, 3.0]).view())]).expect("memory takes all bytes");
        let place = bytes.windows(8).position(|w| w == 3.0_f64.to_le_bytes()).expect("stored");
        bytes[place] ^= 1;
        let mut archive = open(&bytes).expect("the directory is whole");
        let wrong = archive.named("A", &mut Budget::default()).expect_err("one bit differs");
        assert!(wrong.reason.contains("checksum"), "{}", wrong.reason);
        assert!(array.len() < bytes.len());
    }
}
