//! Lanes are bounded, tell so at once, and survive what runs in them.

use std::{sync::mpsc, time::Duration};

use futures_util::FutureExt;
use kit_web::{Lane, LaneError, Problem};

/// Work that runs until its sender is dropped, and tells when it has started.
fn blocker() -> (mpsc::Sender<()>, tokio::sync::oneshot::Receiver<()>, impl FnOnce() + Send) {
    let (release, wait) = mpsc::channel::<()>();
    let (started, running) = tokio::sync::oneshot::channel();
    let work = move || {
        let _ = started.send(());
        let _ = wait.recv();
    };
    (release, running, work)
}

/// The answer of a full lane, which must not take any waiting.
fn at_once(lane: &Lane) -> Result<(), LaneError> {
    lane.run(|| ()).now_or_never().expect("a full lane made its caller wait")
}

#[tokio::test]
async fn work_gives_its_result() {
    assert_eq!(Lane::new("test", 1, 0).run(|| 6 * 7).await, Ok(42));
}

#[tokio::test]
async fn a_full_lane_says_so_at_once() {
    let lane = Lane::new("test", 1, 1);
    let (release, running, work) = blocker();
    let first = tokio::spawn({
        let lane = lane.clone();
        async move { lane.run(work).await }
    });
    running.await.unwrap();
    let mut second = Box::pin(lane.run(|| "waited"));
    // Polled once, the second takes the one place in the queue.
    assert!(futures_util::poll!(&mut second).is_pending());
    let LaneError::Busy { retry_after } = at_once(&lane).unwrap_err() else { panic!("not busy") };
    assert!(retry_after >= Duration::from_secs(1));
    drop(release);
    assert_eq!(first.await.unwrap(), Ok(()));
    assert_eq!(second.await, Ok("waited"));
    assert_eq!(lane.run(|| "free again").await, Ok("free again"));
}

#[tokio::test]
async fn who_hangs_up_makes_no_room_until_the_work_ends() {
    let lane = Lane::new("test", 1, 0);
    let (release, running, work) = blocker();
    let task = tokio::spawn({
        let lane = lane.clone();
        async move { lane.run(work).await }
    });
    running.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert!(matches!(at_once(&lane), Err(LaneError::Busy { .. })));
    drop(release);
    // The place comes back when the thread ends, which nobody can await any more.
    while lane.run(|| ()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_gives_up_waiting_leaves_the_queue() {
    let lane = Lane::new("test", 1, 1);
    let (release, running, work) = blocker();
    let first = tokio::spawn({
        let lane = lane.clone();
        async move { lane.run(work).await }
    });
    running.await.unwrap();
    let mut waiting = Box::pin(lane.run(|| ()));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    drop(waiting);
    let mut waiting = Box::pin(lane.run(|| "in"));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    drop(release);
    assert_eq!(waiting.await, Ok("in"));
    first.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_lane_goes_on() {
    let lane = Lane::new("test", 1, 0);
    assert_eq!(lane.run(|| panic!("a bug")).await, Err::<(), _>(LaneError::Panicked));
    assert_eq!(lane.run(|| 1).await, Ok(1));
    assert_eq!(Problem::from(LaneError::Panicked).status, 500);
    let busy = Problem::from(LaneError::Busy { retry_after: Duration::from_secs(1) });
    assert_eq!((busy.status.as_u16(), busy.retry_after_seconds()), (503, Some(1)));
}
