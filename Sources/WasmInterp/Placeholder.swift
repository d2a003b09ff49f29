import ByteCursor
