//! Reads the schedule of a small railway and prints the next trains of a station. A line that
//! names an unknown station is a bug in the schedule: the program panics.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Local,
    Express,
    Freight = 9,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Time {
    hour: u8,
    minute: u8,
}

#[derive(Debug)]
enum Stop {
    Through,
    Halt { arrival: Time, minutes: u16 },
    Terminus(Time),
}

struct Station {
    name: String,
    platforms: [u8; 3],
    position: (f64, f64),
    open: bool,
}

struct Train<'a> {
    name: &'a str,
    class: Class,
    stops: Vec<(usize, Stop)>,
    load: Option<f32>,
}

trait Board {
    fn show(&mut self, station: &Station, train: &Train, stop: &Stop);
    fn lines(&self) -> usize;
}

#[derive(Default)]
struct Printed {
    lines: Vec<String>,
    width: usize,
}

impl Board for Printed {
    fn show(&mut self, station: &Station, train: &Train, stop: &Stop) {
        let line = format!("{} {:.0} {}: {} {:?} {:?}", station.name, station.position.0, station.platforms[0], train.name, train.class, stop);
        self.width = self.width.max(line.len());
        self.lines.push(line);
    }
    fn lines(&self) -> usize {
        self.lines.len()
    }
}

#[derive(Debug)]
#[allow(dead_code)] // read by the panic's message only
enum ScheduleError {
    UnknownStation { name: String, column: usize },
    BadTime(std::num::ParseIntError),
}

fn parse_time(text: &str) -> Result<Time, ScheduleError> {
    let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
    let number = |s: &str| s.parse().map_err(ScheduleError::BadTime);
    Ok(Time { hour: number(hour)?, minute: number(minute)? })
}

fn parse_stop(text: &str, column: usize, stations: &[Station]) -> Result<(usize, Stop), ScheduleError> {
    let (name, at) = text.split_once('@').unwrap_or((text, ""));
    let unknown = || ScheduleError::UnknownStation { name: name.to_string(), column };
    let station = stations.iter().position(|s| s.open && s.name == name).ok_or_else(unknown)?;
    let stop = match at.strip_suffix('!') {
        _ if at.is_empty() => Stop::Through,
        Some(end) => Stop::Terminus(parse_time(end)?),
        None => Stop::Halt { arrival: parse_time(at)?, minutes: 2 },
    };
    Ok((station, stop))
}

fn parse_train<'a>(line: &'a str, stations: &[Station]) -> Train<'a> {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or("?");
    let class = if name.starts_with("IC") { Class::Express } else if name.starts_with('G') { Class::Freight } else { Class::Local };
    let mut train = Train { name, class, stops: Vec::new(), load: (class == Class::Freight).then(|| 0.5) };
    for (column, word) in words.enumerate() {
        let stop = parse_stop(word, column, stations).expect("the schedule is correct"); // CRASH: an unknown station, panic
        train.stops.push(stop);
    }
    train
}

fn announce(schedule: &[&str], at: &Station, stations: &[Station], board: &mut dyn Board) -> usize {
    let (mut longest, mut load) = (0, 0.0f32);
    for (number, line) in schedule.iter().enumerate() {
        let train = parse_train(line, stations); // CALL
        longest = longest.max(train.stops.len() + number);
        load += train.load.unwrap_or(1.0);
        for (station, stop) in &train.stops {
            let night = matches!(stop, Stop::Halt { arrival, minutes: 2 } if arrival.hour < 6);
            if stations[*station].name == at.name && !night {
                board.show(at, &train, stop);
            }
        }
    }
    board.lines() * longest + load as usize
}

fn station(name: &str, first: u8, position: (f64, f64)) -> Station {
    Station { name: name.to_string(), platforms: [first, first + 1, first + 2], position, open: first > 0 }
}

fn main() {
    let stations = vec![
        station("Aarhus", 1, (56.15, 10.204)),
        station("Bergen", 3, (60.39, 5.333)),
        station("Calais", 2, (50.954, 1.85)),
        station("Dresden", 14, (51.04, 13.732)),
    ];
    let schedule = ["IC71 Aarhus@8:15 Bergen@9:40 Calais@12:05!", "G9 Calais@3:00 Dresden@7:30!", "R5 Bergen@6:10 Cologne@6:55 Calais"];
    let mut board: Box<dyn Board> = Box::new(Printed::default());
    let score = announce(&schedule, &stations[1], &stations, board.as_mut()); // CALL
    println!("{} trains, {}", schedule.len(), score);
}
