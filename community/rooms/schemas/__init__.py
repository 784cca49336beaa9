"""What goes in and out of rooms' doors."""
