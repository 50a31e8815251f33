"""What a patient types while booking, read without guessing: days and times, people, places, choices."""
