"""Short clips: what happens in them, by the frames' features joined over time."""
