"""What we try before it costs anything: the finished program against a recorder, and on the real engine."""
