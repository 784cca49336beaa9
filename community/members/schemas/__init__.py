"""What goes in and out of members' doors."""
