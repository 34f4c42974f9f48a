//! Reading what a person types. A read of the terminal waits for as long as the person does, so it happens aside: the
//! word to end is heard meanwhile, and the terminal is left as it was found.

use std::io::{self, Write};
use std::path::Path;

use rustix::io::Errno;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::error::{CommandError, OwnKind};

/// The most bytes of one line.
const LONGEST: usize = 4096;

/// Reads in a thread of its own. Where nobody waits for it any more, the end of the process ends it.
pub(crate) async fn aside<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    tokio::task::spawn_blocking(read).await.map_err(CommandError::failed)?
}

/// One line, without its end.
pub(crate) async fn line() -> Result<Zeroizing<String>, CommandError> {
    aside(read_line).await
}

/// One line that is not shown as it is typed.
pub(crate) async fn hidden_line(question: &str) -> Result<Zeroizing<String>, CommandError> {
    let _silence = Silence::begin().map_err(CommandError::failed)?;
    let _ = write!(io::stderr(), "{question} ");
    line().await
}

/// No byte beyond the line is taken, and none stays in a buffer.
fn read_line() -> Result<Zeroizing<String>, CommandError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut next = Zeroizing::new([0]);
    while bytes.len() < LONGEST {
        match rustix::io::read(io::stdin(), &mut next[..]) {
            Ok(0) => break,
            Ok(_) if next[0] == b'\n' => break,
            Ok(_) => bytes.push(next[0]),
            Err(Errno::INTR) => {}
            Err(error) => return Err(CommandError::failed(io::Error::from(error))),
        }
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.trim_end_matches('\r').to_owned())),
        Err(_) => Err(CommandError::new(OwnKind::NotText).detail("path", Path::new("-").display())),
    }
}

/// A terminal that does not show what is typed, until this is dropped.
struct Silence {
    before: Termios,
}

impl Silence {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Now, &silent)?;
        Ok(Self { before })
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
        // The end of the line was not shown either.
        let _ = writeln!(io::stderr());
    }
}
