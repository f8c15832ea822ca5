"""What a customer wrote, and the classification code it stands for."""
