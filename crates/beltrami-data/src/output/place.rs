//! Where bytes are written to: the file at the end of links, replaced whole, or a device or pipe as it stands.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::part::Part;

/// More links than this lead in a circle.
const MOST_LINKS: usize = 40;
/// The longest name of a file on the systems in use.
const MOST_OF_A_NAME: usize = 255;
/// Parts that are found and removed before another writer is taken to be at it without end.
const MOST_PARTS: usize = 100;

/// Why nothing was written.
pub enum Trouble {
    /// The reason is the system's.
    System(Error),
    /// The reason and the way out are ours.
    Refused(String, String),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        Trouble::System(error)
    }
}

/// Writes to what the path leads to.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    match Place::of(path)? {
        Place::Stream(path) => {
            // What a shell opened keeps what it has; nothing is created.
            let mut stream = OpenOptions::new().append(true).open(path)?;
            stream.write_all(bytes)?;
            Ok(stream.flush()?)
        }
        Place::File(path, old) => replace(&path, old.as_ref(), bytes),
    }
}

/// Whether the path leads to a pipe, a device, or what a shell opened.
pub fn is_stream(path: &Path) -> bool {
    matches!(Place::of(path), Ok(Place::Stream(_)))
}

enum Place {
    /// A device, a pipe, or what a shell opened.
    Stream(PathBuf),
    /// A file, with what is known of the one that is there.
    File(PathBuf, Option<Metadata>),
}

impl Place {
    /// Follows links to their end, which need not exist.
    fn of(path: &Path) -> Result<Place, Trouble> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            if is_descriptor(&path) {
                return Ok(Place::Stream(path));
            }
            let found = match fs::symlink_metadata(&path) {
                Ok(found) => found,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Ok(Place::File(path, None));
                }
                Err(error) => return Err(error.into()),
            };
            if found.is_symlink() {
                let target = fs::read_link(&path)?;
                path = path.parent().unwrap_or(Path::new("")).join(target);
            } else if found.is_dir() {
                return Err(Error::from(ErrorKind::IsADirectory).into());
            } else if found.is_file() {
                return Ok(Place::File(path, Some(found)));
            } else {
                return Ok(Place::Stream(path));
            }
        }
        Err(Trouble::Refused("its links lead in a circle".into(), "name the file itself".into()))
    }
}

/// Whether the path is what a shell opened, which has no name of its own.
fn is_descriptor(path: &Path) -> bool {
    cfg!(unix)
        && (["/dev/fd", "/proc/self/fd"]
            .iter()
            .any(|folder| path.parent() == Some(Path::new(folder)))
            || ["/dev/stdout", "/dev/stderr"].iter().any(|name| path == Path::new(name)))
}

/// Writes a neighbour and gives it the name: whoever looks sees the old file or the new one.
fn replace(path: &Path, old: Option<&Metadata>, bytes: &[u8]) -> Result<(), Trouble> {
    let Some(name) =
        path.file_name().filter(|_| !path.as_os_str().as_encoded_bytes().ends_with(b"/"))
    else {
        return Err(Trouble::Refused(
            "it names no file".into(),
            "end the path with the name of a file".into(),
        ));
    };
    if old.is_some() {
        // A file that may not be written is not replaced either.
        OpenOptions::new().write(true).open(path)?;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let (mut neighbour, part) = neighbour(folder.unwrap_or(Path::new(".")), name, old.is_some())?;
    neighbour.write_all(bytes)?;
    if let Some(old) = old {
        keep(neighbour.as_file(), old)?;
    }
    neighbour.as_file().sync_all()?;
    part.whole(|| neighbour.persist(path)).map(drop).map_err(|failed| failed.error.into())
}

/// `.NAME.beltrami-part`, new and locked: one that is there is awaited while its writer lives, and removed when it does not.
fn neighbour(folder: &Path, name: &OsStr, private: bool) -> Result<(NamedTempFile, Part), Trouble> {
    let name = part_name(name);
    let path = folder.join(&name);
    for _ in 0..MOST_PARTS {
        let made = Part::begun(&path, || -> Result<Option<NamedTempFile>, Error> {
            let mut file = builder(&name, private).tempfile_in(folder)?;
            lock(file.as_file())?;
            if is_at(file.as_file(), &path) {
                return Ok(Some(file));
            }
            // Another writer found it before it was locked and removed it; the name is somebody else's.
            file.disable_cleanup(true);
            Ok(None)
        });
        match made {
            Ok(Some(made)) => return Ok(made),
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => remove_stale(&path)?,
            Err(error) => return Err(plain(error).into()),
        }
    }
    Err(in_the_way(&path))
}

/// Removes a part whose writer does not live any more.
fn remove_stale(path: &Path) -> Result<(), Trouble> {
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(in_the_way(path));
    }
    let stale = match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        opened => opened.map_err(|_| in_the_way(path))?,
    };
    lock(&stale)?;
    if is_at(&stale, path) {
        fs::remove_file(path).map_err(|_| in_the_way(path))?;
    }
    Ok(())
}

/// The system's error without the path that `tempfile` adds.
fn plain(error: Error) -> Error {
    Error::from(error.kind())
}

fn in_the_way(path: &Path) -> Trouble {
    Trouble::Refused(
        format!("`{}` is in the way and cannot be removed", path.display()),
        "remove it, or choose another name".into(),
    )
}

/// The name, shortened where the longer one would be too long.
fn part_name(name: &OsStr) -> OsString {
    let mut part = OsString::from(".");
    part.push(name);
    part.push(".beltrami-part");
    if part.len() <= MOST_OF_A_NAME {
        return part;
    }
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!(".{:016x}.beltrami-part", hasher.finish()).into()
}

/// Waits for the lock; where the system has none, nothing is known of other writers.
fn lock(file: &File) -> Result<(), Error> {
    match file.lock() {
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(()),
        locked => locked,
    }
}

/// What the temporary file of a name that is certain is made with.
#[cfg(unix)]
fn builder(name: &OsStr, private: bool) -> Builder<'_, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mut builder = Builder::new();
    // Nobody reads what the old file would have kept from them; a new file is as open as others.
    let mode = if private { 0o600 } else { 0o666 };
    builder.prefix(name).rand_bytes(0).permissions(fs::Permissions::from_mode(mode));
    builder
}

#[cfg(not(unix))]
fn builder(name: &OsStr, _private: bool) -> Builder<'_, 'static> {
    let mut builder = Builder::new();
    builder.prefix(name).rand_bytes(0);
    builder
}

/// Whether the path still leads to this file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |found: Metadata| (found.dev(), found.ino());
    let (here, there) = (file.metadata().map(identity), fs::symlink_metadata(path).map(identity));
    here.is_ok_and(|here| there.is_ok_and(|there| here == there))
}

/// A file that is open is not removed on other systems.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

/// Owner and permissions of the old file for the new one.
#[cfg(unix)]
fn keep(file: &File, old: &Metadata) -> Result<(), Trouble> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let found = file.metadata()?;
    if (found.uid(), found.gid()) != (old.uid(), old.gid())
        && fchown(file, Some(old.uid()), Some(old.gid())).is_err()
    {
        return Err(Trouble::Refused(
            format!(
                "it belongs to user {} and group {}, which a new file cannot",
                old.uid(),
                old.gid()
            ),
            "write to a new name and copy that".into(),
        ));
    }
    Ok(file.set_permissions(old.permissions())?)
}

#[cfg(not(unix))]
fn keep(file: &File, old: &Metadata) -> Result<(), Trouble> {
    Ok(file.set_permissions(old.permissions())?)
}
