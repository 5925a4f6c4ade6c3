"""Values and rules of goals and conversations; standard library only."""
