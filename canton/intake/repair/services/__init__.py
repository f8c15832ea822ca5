"""What is decided about refused rows; imported module by module, since the steps of a batch use some."""
